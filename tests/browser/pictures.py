"""`python -m tests.browser.pictures FOLDER`: pictures of every page of a made-up company, served for the purpose."""

import sys
import tempfile
from pathlib import Path

from tests.running import RunningServer


def main(folder: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        server = RunningServer(Path(home))
        made = server.command("demo", "--customers", "1200", "--years", "2", "--no-serve")
        server.start()
        try:
            login = made["login"]
            server.command(
                "screenshots",
                *("--url", server.address, "--to", folder),
                *("--email", login["email"], "--password", login["password"]),
            )
        finally:
            server.stop()
            server.remove_database()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
