"""`rapport`: one program. Exit codes: 0 done, 1 refused, 2 wrong use, 3 not set up, 130 interrupted."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")

import typer

from rapport.cli import (
    audit,
    backup,
    channels,
    customer_list,
    customers,
    demo,
    desk,
    desk_counting,
    desk_import,
    doctor,
    imports,
    jobs,
    keyring,
    keys,
    lake,
    log,
    mail,
    mail_polling,
    measures,
    privacy,
    promises,
    screenshots,
    search,
    serve,
    setup,
    staff,
    worker,
)
from rapport.kernel.refusals import Refusal

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.command("init")(setup.init)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("import")(imports.import_files)
app.command("measure")(measures.measure)
app.command("worker")(worker.worker)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("doctor")(doctor.doctor)
app.command("search")(search.search)
app.command("screenshots")(screenshots.screenshots)
app.add_typer(imports.app, name="imports")
app.add_typer(jobs.app, name="jobs")
app.add_typer(staff.app, name="staff")
app.add_typer(keys.app, name="keys")
app.add_typer(keyring.app, name="keyring")
app.add_typer(log.app, name="log")
app.add_typer(channels.app, name="channels")
app.add_typer(mail.app, name="mail")
app.add_typer(audit.app, name="audit")
app.add_typer(lake.app, name="lake")
desk.app.command("import")(desk_import.import_cases)
desk.app.command("recount")(desk_counting.recount)
app.add_typer(desk.app, name="desk")
app.add_typer(promises.app, name="promises")
customers.app.command("list")(customer_list.list_customers)
app.add_typer(customers.app, name="customers")
privacy.join(customers.app)
mail_polling.join(mail.app)


@app.callback()
def rapport() -> None:
    """One record of every customer: serve them, see how it felt, measure what it built."""


def main() -> None:
    """Run a command; a refusal, ours or the database's, becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except Refusal as refusal:
        typer.echo(f"rapport: {refusal.message}", err=True)
        raise SystemExit(1) from refusal
    except Exception as error:
        from django.db import OperationalError

        if not isinstance(error, OperationalError):
            raise
        why = str(error).partition("\n")[0]
        typer.echo(f"rapport: the database could not do it: {why}", err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
