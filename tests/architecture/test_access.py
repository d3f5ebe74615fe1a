"""Access has one place each: what is seen passes through the reach of who asks, what is done leaves a line."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "rapport"
SCOPED = {
    "Interaction",
    "DayCount",
    "Touchpoint",
    "Import",
    "AuditEntry",
    "Key",
    "StaffMember",
    "Message",
    "Envelope",
    "Clock",
    "Promise",
}
"""Tables whose rows not everybody may see; each has `objects.seen_by(reach)`."""
WAYS_IN = ("web", "api", "cli")
INTERNAL = {
    "rapport.staff.keys.queries.find": "by the secret itself: who holds it is who asks",
    "rapport.staff.people.queries.by_email": "used by commands and sign-in, never to show somebody",
    "rapport.staff.people.queries.anybody_yet": "yes or no, before anybody has signed in",
    "rapport.channels.doors.queries.came": "by the name that the other system gave it, at its own door",
    "rapport.channels.doors.queries.message_of": "by the name that the other system gave it, at its own door",
    "rapport.staff.audit.queries.verify": "says whether the chain holds, not what is in it",
    "rapport.staff.audit.queries.contains": "yes or no, for a digest that one already has",
}
"""Questions to those tables that take no reach, with the reason."""


def functions(root: Path, stem: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public function in files of this role, with its dotted name."""
    for path in root.rglob("*.py"):
        if stem in {path.stem, path.parent.name} and "migrations" not in path.parts:
            name = ".".join(("rapport", *path.relative_to(SOURCE).with_suffix("").parts))
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{name.removesuffix('.__init__')}.{node.name}", node


def asks_a_scoped_table(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Attribute)
        and one.attr == "objects"
        and isinstance(one.value, ast.Name)
        and one.value.id in SCOPED
        for one in ast.walk(node)
    )


def arguments(node: ast.FunctionDef) -> set[str]:
    return {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}


def unscoped() -> set[str]:
    """Questions that ask a scoped table and do not ask who wants to know."""
    return {
        name
        for area in ("staff", "interactions", "channels")
        for name, node in functions(SOURCE / area, "queries")
        if asks_a_scoped_table(node) and "reach" not in arguments(node)
    }


def calls_from(ways: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(file, dotted name of what is called) for every call of a module of queries in the ways in."""
    for way in ways:
        for path in (SOURCE / way).rglob("*.py"):
            tree = ast.parse(path.read_text())
            known = {
                (alias.asname or alias.name): f"{node.module}.{alias.name}"
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rapport.")
                for alias in node.names
            }
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in known
                ):
                    yield str(path.relative_to(SOURCE)), f"{known[node.func.value.id]}.{node.func.attr}"


def test_no_page_program_or_command_asks_a_scoped_table_around_the_reach() -> None:
    around = unscoped()
    assert around, "the walk finds something"
    found = {(path, name) for path, name in calls_from(WAYS_IN) if name in around and name not in INTERNAL}
    assert found == set()


def test_every_exception_is_still_there() -> None:
    assert set(INTERNAL) <= unscoped()


@pytest.mark.parametrize("table", sorted(SCOPED))
def test_every_scoped_table_says_in_one_place_who_sees_it(table: str) -> None:
    from django.apps import apps

    model = next(one for one in apps.get_models() if one.__name__ == table)
    assert callable(getattr(model._default_manager, "seen_by", None))


SILENT = {
    "rapport.channels.chat.commands.signs.answer_typed": "a sign that somebody writes; nothing of it is kept",
    "rapport.channels.chat.commands.signs.read_by_us": "how far somebody looked; changes no record",
    "rapport.channels.endpoints.commands.checking.tidy_mail": "part of an act; the act itself is recorded",
    "rapport.channels.endpoints.commands.opening.placed": "part of an act; the act itself is recorded",
    "rapport.channels.endpoints.commands.trying.try_mailbox": "asks two servers; changes nothing",
    "rapport.service.desk.commands.changing.held": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.changing.note": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.changing.seen": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.changing.staff_id": "asks only",
    "rapport.service.desk.commands.claiming.be_present": "passes with the page that is open",
    "rapport.service.desk.commands.claiming.claim": "passes within minutes; the answer is recorded",
    "rapport.service.desk.commands.claiming.go_away": "passes with the page that is open",
    "rapport.service.desk.commands.claiming.hold": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.claiming.let_go": "a claim passes within minutes",
    "rapport.service.desk.commands.doing.do": "each act by name is recorded by itself",
    "rapport.service.desk.commands.doing.do_to_all": "each act by name is recorded by itself",
    "rapport.service.desk.commands.drafting.begun": "one's own words, until they are an answer",
    "rapport.service.desk.commands.drafting.save_draft": "one's own words, until they are an answer",
    "rapport.service.desk.commands.drafting.sent": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.enclosing.drop_draft": "one's own words, not said to anybody",
    "rapport.service.desk.commands.enclosing.enclose": "files beside one's own words, until they are an answer",
    "rapport.service.desk.commands.enclosing.take_out": "files beside one's own words, until they are an answer",
    "rapport.service.desk.commands.joining.join": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.owning.own": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.states.awaken": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.states.enter": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.telling.followed": "part of an act; the act itself is recorded",
    "rapport.service.desk.commands.telling.see": "what one has seen oneself",
    "rapport.service.desk.commands.telling.tell": "part of an act; the act itself is recorded",
    "rapport.service.routing.commands.handing.opened": "that somebody looks at what they were handed",
    "rapport.service.routing.commands.handing.take_next": "that the case is given is recorded by the desk",
    "rapport.service.histories.commands.removing.take_back": "part of taking back an import, which is recorded",
    "rapport.staff.audit.commands.recording.record": "is the record",
    "rapport.interactions.ingestion.commands.keeping.keep_upload": "a file that waits; the import of it is recorded",
    "rapport.interactions.ingestion.commands.keeping.drop_upload": "a file that was never taken in",
    "rapport.interactions.ingestion.commands.running.run": "recorded when it ends, by the run itself",
    "rapport.interactions.ingestion.commands.beginning.try_again": "goes on with an import whose begin is recorded",
    "rapport.interactions.lake.commands.measuring.ask_for": "measures what one may see; changes no record",
    "rapport.interactions.lake.commands.measuring.checked": "asks only",
    "rapport.interactions.log.commands.ageing.how_many": "asks only",
}
"""Functions that take `by` and record nothing of their own, with the reason."""


def test_every_act_of_somebody_leaves_a_line_in_the_audit_log() -> None:
    found = {}
    for name, node in functions(SOURCE, "commands"):
        if "by" in arguments(node) and not _records(name, node, depth=2):
            found[name] = "no audit.record"
    assert set(found) - set(SILENT) == set()
    assert set(SILENT) <= set(found), "an exception that is none any more"


def _records(name: str, node: ast.FunctionDef, *, depth: int) -> bool:
    """Whether the function records, or calls one of its own module that does."""
    called = {
        one.func.attr if isinstance(one.func, ast.Attribute) else getattr(one.func, "id", "")
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
    }
    if "record" in called and "audit.record" in ast.unparse(node):
        return True
    if not depth:
        return False
    module = import_module(name.rpartition(".")[0])
    return any(_records_too(module, one, depth - 1) for one in called if one)


def _records_too(module: ModuleType, name: str, depth: int) -> bool:
    function = getattr(module, name, None)
    if not inspect.isfunction(function) or not function.__module__.startswith("rapport."):
        return False
    wrapped = inspect.unwrap(function)
    node = ast.parse(textwrap.dedent(inspect.getsource(wrapped))).body[0]
    assert isinstance(node, ast.FunctionDef)
    return _records(f"{wrapped.__module__}.{name}", node, depth=depth)
