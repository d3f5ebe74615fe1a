"""A command that finds no database says so in a sentence."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_database_that_does_not_answer_is_named_without_a_trace(tmp_path: Path) -> None:
    nobody = {"RAPPORT_HOME": str(tmp_path), "RAPPORT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-m", "rapport.cli.main", "channels", "list"],
        env={**os.environ, **nobody},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("rapport: the database could not do it: connection failed")
    assert "Traceback" not in done.stderr
