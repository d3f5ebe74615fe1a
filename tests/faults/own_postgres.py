"""A PostgreSQL of the test's own, which may be paused, cut off and killed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

_AS_POSTGRES: dict[str, Any] = (
    {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
)
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class OwnPostgres:
    """Started in a folder of its own, on a free port, as the user postgres where we are root."""

    def __init__(self) -> None:
        binaries = shutil.which("initdb")
        found = [Path(binaries).parent] if binaries else _PLACES
        if not found:
            pytest.skip("the programs of PostgreSQL (initdb, postgres) are not installed here")
        self._binaries = found[0]
        self.folder = Path(tempfile.mkdtemp(prefix="rapport-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        data = str(self.folder / "data")
        making = self._command("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
        subprocess.run(making, check=True, capture_output=True, cwd=self.folder, **_AS_POSTGRES)
        places = ["-D", data, "-p", str(self.port), "-k", str(self.folder)]
        self._server = subprocess.Popen(
            self._command("postgres", *places, "-c", "listen_addresses=127.0.0.1"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            **_AS_POSTGRES,
        )
        self._until_it_answers()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def pause(self) -> None:
        """As a machine that hangs: connections stay open, nothing is answered."""
        for pid in self._pids():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in self._pids():
            os.kill(pid, signal.SIGCONT)

    def end(self) -> None:
        self.go_on()
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _pids(self) -> list[int]:
        """The server and the processes it started for connections."""
        first = self._server.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *(int(child) for child in children)]

    def _command(self, program: str, *words: str) -> list[str]:
        return [str(self._binaries / program), *words]

    def _until_it_answers(self) -> None:
        import psycopg

        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL did not start"
                time.sleep(0.1)
            else:
                return
