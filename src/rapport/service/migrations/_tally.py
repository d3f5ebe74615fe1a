"""What keeps the tallies of cases: triggers, so that whoever changes a case by whatever statement changes them too.

SQLite drops the triggers of a table that a migration makes anew; such a migration ends with `lay` again.
"""

KEYS = ("queue_id", "department", "owner_id", "channel", "kind", "is_waiting", "is_snoozed")
WATCHED = ("queue_id", "department", "owner_id", "channel", "kind", "waiting_since", "snoozed_until", "merged_into_id")
TALLY, CASE = "service_casetally", "service_case"


def values(row):
    return (
        f"{row}.queue_id, {row}.department, COALESCE({row}.owner_id, 0), {row}.channel, {row}.kind, "
        f"{row}.waiting_since IS NOT NULL, {row}.snoozed_until IS NOT NULL"
    )


LESS = f"""UPDATE {TALLY} SET cases = cases - 1
    WHERE ({", ".join(KEYS)}) = ({values("OLD")}) AND OLD.merged_into_id IS NULL;"""
MORE = f"""INSERT INTO {TALLY} ({", ".join(KEYS)}, cases)
    SELECT {values("NEW")}, 1 WHERE NEW.merged_into_id IS NULL
    ON CONFLICT ({", ".join(KEYS)}) DO UPDATE SET cases = {TALLY}.cases + 1;"""
SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS case_tally_in AFTER INSERT ON {CASE} BEGIN {MORE} END",
    f"CREATE TRIGGER IF NOT EXISTS case_tally_out AFTER DELETE ON {CASE} BEGIN {LESS} END",
    f"""CREATE TRIGGER IF NOT EXISTS case_tally_changed AFTER UPDATE OF {", ".join(WATCHED)} ON {CASE}
        WHEN ({values("OLD")}, OLD.merged_into_id) IS NOT ({values("NEW")}, NEW.merged_into_id)
        BEGIN {LESS} {MORE} END""",
)
POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION case_tally() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' THEN {LESS} END IF;
        IF TG_OP <> 'DELETE' THEN {MORE} END IF;
        RETURN NULL; END $$""",
    f"""CREATE OR REPLACE TRIGGER case_tally_in AFTER INSERT OR DELETE ON {CASE}
        FOR EACH ROW EXECUTE FUNCTION case_tally()""",
    f"""CREATE OR REPLACE TRIGGER case_tally_changed AFTER UPDATE ON {CASE} FOR EACH ROW
        WHEN (({values("OLD")}, OLD.merged_into_id) IS DISTINCT FROM ({values("NEW")}, NEW.merged_into_id))
        EXECUTE FUNCTION case_tally()""",
)
SQLITE_BACK = tuple(f"DROP TRIGGER {name}" for name in ("case_tally_in", "case_tally_out", "case_tally_changed"))
POSTGRES_BACK = (
    f"DROP TRIGGER case_tally_in ON {CASE}",
    f"DROP TRIGGER case_tally_changed ON {CASE}",
    "DROP FUNCTION case_tally",
)


def lay(apps, schema_editor):
    _run(schema_editor, POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE)


def take_away(apps, schema_editor):
    _run(schema_editor, POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


def _run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement)
