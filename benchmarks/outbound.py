"""How fast mails leave for a mail server that takes everything at once, beside a bare loop of smtplib.

`python -m benchmarks.outbound [--mails N]`: each mail is a row of its own, is asked for at the arbiter, carries
signed names and the question it answers, and its outcome is written down durably (SQLite, synchronous=FULL).
Once they are put out by one sender together, once one by one, as agents answer.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import Row, markdown

MAILS = 10_000


def measure(mails: int = MAILS) -> list[Row]:
    """Mails a second: put out, carried by one worker, and by a bare loop over one line."""
    with tempfile.TemporaryDirectory() as folder, _Sink() as port:
        environment = {
            **os.environ,
            "RAPPORT_HOME": str(Path(folder) / "home"),
            "RAPPORT_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        }
        command = [sys.executable, "-m", "rapport.cli.main", "init", "--json"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        alone = max(mails // 10, 1)
        one, one_cpu = _seconds("put", str(port), str(alone), "1", environment=environment)
        _seconds("carry", environment=environment)
        put, put_cpu = _seconds("put", str(port), str(mails), "250", environment=environment)
        carried, carried_cpu = _seconds("carry", environment=environment)
        bare, _ = _seconds("bare", str(port), str(mails), environment=environment)
    return [
        Row(f"{mails:,} mails of one sender put out and carried to a sink", put + carried, "s", aim="< 60"),
        Row("put out by one sender (message, log, outbox)", mails / put, "mails/s"),
        Row("carried by one worker", mails / carried, "mails/s", mails / bare, "smtplib, one line"),
        Row("answers put out one by one", alone / one, "mails/s"),
        Row("processor for one of many put out", put_cpu / mails * 1000, "ms"),
        Row("processor for one put out alone", one_cpu / alone * 1000, "ms"),
        Row("processor for one carried", carried_cpu / mails * 1000, "ms"),
    ]


class _Sink:
    def __enter__(self) -> int:
        command = [sys.executable, "-m", "benchmarks.mail_sink"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def _seconds(*words: str, environment: dict[str, str]) -> tuple[float, float]:
    """How long an act took, by the clock and of the processor."""
    command = [sys.executable, "-m", "benchmarks.outbound_mails", *words]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    clock, processor = done.stdout.split()[-2:]
    return float(clock), float(processor)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=MAILS)
    print(markdown("Mails that leave", measure(parser.parse_args().mails)))
