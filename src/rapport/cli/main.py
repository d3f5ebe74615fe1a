"""`rapport`: one program. Exit codes: 0 done, 1 refused, 2 wrong use, 3 not set up, 130 interrupted."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")

import typer

from rapport.cli import customers, demo, imports, jobs, keys, log, screenshots, serve, setup, staff, worker
from rapport.kernel.refusals import Refusal

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.command("init")(setup.init)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("import")(imports.import_files)
app.command("worker")(worker.worker)
app.command("screenshots")(screenshots.screenshots)
app.add_typer(imports.app, name="imports")
app.add_typer(jobs.app, name="jobs")
app.add_typer(staff.app, name="staff")
app.add_typer(keys.app, name="keys")
app.add_typer(log.app, name="log")
app.add_typer(customers.app, name="customers")


@app.callback()
def rapport() -> None:
    """One record of every customer: serve them, see how it felt, measure what it built."""


def main() -> None:
    """Run a command; a refusal becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except Refusal as refusal:
        typer.echo(f"rapport: {refusal.message}", err=True)
        raise SystemExit(1) from refusal


if __name__ == "__main__":
    main()
