"""How commands speak: a table or sentence to people, JSON to programs."""

import json
import sys
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def say(sentence: str, *, as_json: bool, **values: Any) -> None:
    """Print the sentence, or the values as one line of JSON."""
    typer.echo(json.dumps(values, default=str, ensure_ascii=False) if as_json else sentence)


def is_terminal() -> bool:
    """Whether a person watches: progress bars are drawn for people only."""
    return sys.stderr.isatty()
