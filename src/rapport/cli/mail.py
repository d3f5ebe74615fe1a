"""`rapport mail`: what the reader makes of mails, for looking at single ones and for other programs.

`read` and `split` need no data folder and no database.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rapport.cli import output

if TYPE_CHECKING:
    from rapport.channels.inbound.rules.addresses import Address

_LINE_ENDS = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x7f\x85\u2028\u2029"}

app = typer.Typer(no_args_is_help=True, help="Mails: what is in them, and fetching them.")

Files = Annotated[list[Path], typer.Argument(help="Files; - is standard input.", metavar="FILE...")]


@app.callback()
def mail() -> None:
    """Mails: what is in them, and fetching them."""


@app.command("read")
def read_mails(files: Files, *, as_json: output.Json = False) -> None:
    """Read mails, one a file: any bytes at all. Ends with 1 only where a file could not be opened."""
    _for_each(files, _read, as_json=as_json)


@app.command("split")
def split_texts(files: Files, *, as_json: output.Json = False) -> None:
    """Tell the reply in plain texts from what it answers to. Ends with 1 only where a file could not be opened."""
    _for_each(files, _split, as_json=as_json)


def _for_each(files: list[Path], reading: Any, *, as_json: bool) -> None:
    failed = False
    for file in files:
        try:
            content = typer.get_binary_stream("stdin").read() if str(file) == "-" else file.read_bytes()
        except OSError as error:
            failed = True
            typer.echo(
                json.dumps({"file": str(file), "error": error.strerror})
                if as_json
                else f"{file}: {error.strerror}"
            )
            continue
        found = {"file": str(file), **reading(content)}
        typer.echo(_line(found) if as_json else _sentences(found))
    if failed:
        raise typer.Exit(1)


def _line(found: dict[str, Any]) -> str:
    """One line of JSON, whatever a reader takes for a line end; half characters, which it cannot say, become `?`."""
    return (
        json.dumps(found, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8").translate(_LINE_ENDS)
    )


def _sentences(found: dict[str, Any]) -> str:
    return (
        "\n".join(f"{name}: {value}" for name, value in found.items() if value not in ("", [], None)) + "\n"
    )


def _read(content: bytes) -> dict[str, Any]:
    from rapport.channels.inbound.rules import automatic, bouncing, reading, splitting

    mail = reading.read(content)
    parts = splitting.split_mail(mail)
    reason = automatic.why_automatic(mail)
    return {
        "from": _address(mail.author) if mail.author else None,
        "to": [_address(address) for address in mail.to],
        "cc": [_address(address) for address in mail.cc],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": mail.references,
        "text": mail.text,
        "html": mail.html,
        "reply_text": parts.reply_text,
        "quoted_text": parts.quoted_text,
        "attachments": [
            {"name": file.name, "type": file.type, "size": file.size, "sha256": file.sha256}
            for file in mail.attachments
        ],
        "is_automatic": bool(reason),
        "automatic_reason": reason,
        "bounces": [
            {
                "recipient": bounce.recipient,
                "status": bounce.status,
                "code": bounce.code,
                "reason": bounce.reason,
                "is_hard": bounce.is_hard,
            }
            for bounce in bouncing.bounces(mail)
        ],
    }


def _address(address: "Address") -> dict[str, str]:
    return {"name": address.name, "email": address.email}


def _split(content: bytes) -> dict[str, Any]:
    from rapport.channels.inbound.rules import charsets, splitting

    parts = splitting.split(charsets.decoded(content, "utf-8")[0])
    return {"reply_text": parts.reply_text, "quoted_text": parts.quoted_text}
