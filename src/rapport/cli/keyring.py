"""`rapport keyring`: the keys that seal secrets at rest."""

import os

import typer

from rapport.cli import output
from rapport.kernel import home, secrets
from rapport.kernel.refusals import Refusal

app = typer.Typer(no_args_is_help=True, help="The keys that seal secrets at rest.")


class RingElsewhere(Refusal):
    """The ring does not lie in the data folder."""


@app.callback()
def keyring() -> None:
    """The keys that seal secrets at rest."""


@app.command()
def rotate(*, as_json: output.Json = False) -> None:
    """Put a fresh key first: new secrets are sealed with it, old ones still open with the key that sealed them."""
    if os.environ.get("RAPPORT_KEYRING") or os.environ.get("RAPPORT_KEYRING_FILE"):
        raise RingElsewhere(
            f"The ring comes from the environment. Put this line first in it: {secrets.fresh_line().strip()}"
        )
    folder = home.home()
    home.prepare_home(folder)
    key_id = secrets.add_key(folder)
    keys = len(secrets.ring().keys)
    output.say(
        f"Key {key_id} seals from now on. What {keys - 1} older ones sealed still opens: keep them.",
        as_json=as_json,
        newest=key_id,
        keys=keys,
    )
