"""`rapport customers`: look one up, join two, take a join back."""

import typer

app = typer.Typer(no_args_is_help=True, help="Customers.")


@app.callback()
def customers() -> None:
    """Customers."""
