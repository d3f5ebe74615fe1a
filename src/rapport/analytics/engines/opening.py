"""An engine by its address."""

import re
from pathlib import Path
from urllib.parse import parse_qsl

from rapport.analytics.engines import duck, spark
from rapport.analytics.engines.sessions import Session
from rapport.kernel.refusals import Refusal

DEFAULT = "duckdb://"
_HERE = re.compile(r"local(\[(\*|\d{1,3})\])?")
_THERE = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?(,[A-Za-z0-9.-]+(:\d{1,5})?)*")


class UnknownEngine(Refusal):
    """An address of no engine that measures can be computed on."""


def open_engine(url: str, folder: Path) -> Session:
    """The engine at this address over the lake in this folder; used as a context, which closes it.

    `duckdb://` (with `?memory=2GB&threads=2`), `spark://local[2]`, `spark://host:7077`, `spark+k8s://host:443`.
    """
    scheme, is_url, rest = url.partition("://")
    place, _, options = rest.partition("?")
    if is_url and scheme == "duckdb" and not place:
        return duck.opened(folder, dict(parse_qsl(options)))
    if is_url and scheme == "spark" and not options and _HERE.fullmatch(place):
        return spark.opened(folder, place)
    if is_url and scheme in {"spark", "spark+k8s"} and not options and _THERE.fullmatch(place):
        return spark.opened(folder, f"{scheme.removeprefix('spark+')}://{place}")
    raise UnknownEngine(
        f"'{url[:80]}' is not an engine. Try duckdb:// or spark://local[2] or spark://host:7077.",
        field="engine",
        value=url,
    )
