"""Spark, for a lake that outgrew one machine; a master called local[n] runs in this machine, on loopback alone.

Needs the extra `spark` and a Java of 17 or later. Workers elsewhere must see the lake's folder under the same path.
"""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from rapport.analytics.engines import sessions
from rapport.analytics.engines.sessions import NAMES, Session
from rapport.kernel.refusals import Refusal

_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",
}
_HERE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "2",
}


class NoSpark(Refusal):
    """Spark, or the Java it needs, is not installed."""


class Spark:
    """A Spark session over one state of the lake."""

    name = "spark"

    def __init__(self, folder: Path, master: str) -> None:
        self.manifest = sessions.readable(folder)
        self._folder = folder
        self._scratch = tempfile.TemporaryDirectory(prefix="rapport-spark-")
        self._session = _session(master, self._scratch.name)
        for name in NAMES:
            files = [f"file://{path}" for path in sessions.paths(folder, self.manifest, name)]
            self._session.read.parquet(*files).createOrReplaceTempView(name)
        self.tables = sessions.described()

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, in the types that the expression declares."""
        try:
            found = self._session.sql(sessions.written(expression, "pyspark")).toArrow()
            return sessions.shaped(found, expression)
        except Exception as error:
            if sessions.is_gone(self._folder, self.manifest):
                raise sessions.LakeMoved("The lake was refreshed meanwhile. Ask again.") from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.stop()
        self._scratch.cleanup()


def _session(master: str, scratch: str) -> Any:
    try:
        from pyspark.sql import SparkSession

        ibis.pyspark  # noqa: B018 - the first mention loads the options that the writer of statements reads
    except ImportError as error:
        raise NoSpark("Spark is not installed: add the extra `spark`.", field="engine") from error
    is_here = master.startswith("local")
    if is_here and shutil.which("java") is None:
        raise NoSpark("Spark needs Java 17 or later, and there is none here.", field="engine")
    builder = SparkSession.builder.master(master).appName("rapport")
    places = {"spark.local.dir": scratch, "spark.sql.warehouse.dir": f"{scratch}/warehouse"}
    for name, value in {**_ALWAYS, **(_HERE if is_here else {}), **places}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def opened(folder: Path, master: str) -> Session:
    """A session with this master: local[2], spark://host:7077, k8s://..."""
    return Spark(folder, master)
