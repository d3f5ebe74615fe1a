"""The same five lines come out of every sort of file."""

import bz2
import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.imports.conftest import ORDERS

from rapport.interactions.ingestion.files import opening
from rapport.interactions.ingestion.files.opening import Source
from rapport.interactions.ingestion.files.tables import BadLine, Layout, Line, UnreadableFile

ROWS = list(csv.reader(io.StringIO(ORDERS)))
Write = Callable[..., Path]


def read(path: Path) -> tuple[list[str], list[Line | BadLine]]:
    with Source(path, Layout()) as source:
        (table,) = ((one.columns, list(one.lines)) for one in source.tables())
    return table


def workbook(path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    return path


def parquet(path: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet as pq

    pq.write_table(pa.table({name: [row[i] for row in ROWS[1:]] for i, name in enumerate(ROWS[0])}), path)
    return path


def json_lines() -> str:
    return "".join(json.dumps(dict(zip(ROWS[0], row, strict=True))) + "\n" for row in ROWS[1:])


def packed_zip(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("__MACOSX/._" + name, "x")
        file.writestr(name, content)
    return path


def packed_tar(path: Path, name: str, content: bytes) -> Path:
    with tarfile.open(path, "w:gz") as file:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        file.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda p: (p / "a.csv").write_text(ORDERS) and p / "a.csv",
        lambda p: (p / "a.csv").write_text(ORDERS.replace("\n", "\r\n"), newline="") and p / "a.csv",
        lambda p: (p / "a.txt").write_text(ORDERS.replace(",", "\t")) and p / "a.txt",
        lambda p: (p / "a.csv").write_text(ORDERS.replace(",", ";"), "utf-8-sig") and p / "a.csv",
        lambda p: (p / "a.csv").write_text(ORDERS, "utf-16") and p / "a.csv",
        lambda p: (p / "a.csv").write_bytes(ORDERS.encode("utf-16-le")) and p / "a.csv",
        lambda p: (p / "a.jsonl").write_text(json_lines()) and p / "a.jsonl",
        lambda p: (p / "a.csv.gz").write_bytes(gzip.compress(ORDERS.encode())) and p / "a.csv.gz",
        lambda p: packed_zip(p / "a.zip", "a.csv", ORDERS.encode()),
        lambda p: packed_tar(p / "a.tar.gz", "a.csv", ORDERS.encode()),
        lambda p: packed_tar(p / "a.tgz", "a.csv.gz", gzip.compress(ORDERS.encode())),
        lambda p: workbook(p / "a.xlsx"),
        lambda p: parquet(p / "a.parquet"),
        lambda p: packed_zip(p / "b.zip", "a.parquet", parquet(p / "a.parquet").read_bytes()),
        lambda p: packed_tar(p / "b.tar.gz", "a.xlsx", workbook(p / "a.xlsx").read_bytes()),
    ],
    ids=range(15),
)
def test_every_sort_of_file_gives_the_same_lines(make: Callable[[Path], Path], tmp_path: Path) -> None:
    columns, lines = read(make(tmp_path))
    assert columns == ROWS[0]
    assert [list(line.values) for line in lines] == ROWS[1:]


def test_windows_letters_are_read_beside_utf8(write: Write) -> None:
    _, lines = read(
        write("a.csv", "name\nZo\u00eb\n".encode() + "Zo\u00eb \u2013 caf\u00e9\n".encode("cp1252"))
    )
    assert [line.values for line in lines] == [["Zo\u00eb"], ["Zo\u00eb \u2013 caf\u00e9"]]


def test_quoted_commas_quotes_and_line_breaks_belong_to_their_field(write: Write) -> None:
    _, lines = read(write("a.csv", 'a,b\n"x, ""y""\nz",1\nu,2\n'))
    assert lines == [Line(2, ['x, "y"\nz', "1"]), Line(4, ["u", "2"])]


def test_a_quote_that_never_closes_costs_its_own_line_alone(write: Write) -> None:
    _, lines = read(write("a.csv", 'a,b\n1,2\n3,"4\n5,6\n7,8\n'))
    assert [type(line).__name__ for line in lines] == ["Line", "BadLine", "Line", "Line"]
    assert lines[1] == BadLine(3, "a quote is opened and never closed", '3,"4')


def test_a_line_without_end_is_set_aside_and_the_next_is_read(write: Write) -> None:
    _, lines = read(write("a.csv", "a,b\n" + "x" * 3_000_000 + "\n1,2\n"))
    assert [line.number for line in lines] == [2, 3]
    assert isinstance(lines[0], BadLine)
    assert lines[1].values == ["1", "2"]


def test_a_million_columns_are_refused(write: Write) -> None:
    with pytest.raises(UnreadableFile, match="first line"):
        read(write("a.csv", "a," * 1_000_000 + "\n1,2\n"))


@pytest.mark.parametrize(
    "line", ["[1,2]", '{"a": NaN}', '{"a": ', '{"a": "\\ud800"}', "[" * 100_000, "\x00"], ids=range(6)
)
def test_a_broken_json_line_is_set_aside(write: Write, line: str) -> None:
    _, lines = read(write("a.jsonl", f'{{"a": 1}}\n{line}\n{{"a": 19.90, "b": {{"c": true}}}}\n'))
    assert [type(one).__name__ for one in lines] == ["Line", "BadLine", "Line"]
    assert lines[2].values[0] == "19.90"


def test_a_name_used_twice_and_a_missing_name_get_names(write: Write) -> None:
    columns, _ = read(write("a.csv", "category,category,,x\n"))
    assert columns == ["category", "category_2", "column_3", "x"]


def test_a_bomb_is_not_unpacked(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "RATIO_FREE_BYTES", 1_000_000)
    bomb = gzip.compress(b"a\n" + b"0" * 50 * 1024**2)
    with pytest.raises(UnreadableFile, match="unpacks to more than"):
        read(write("a.csv.gz", bomb))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", gzip.compress(ORDERS.encode() * 500)[:-200]),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20 + bytes(2000)),
        ("a.csv", b""),
        ("a.bz2", bz2.compress(ORDERS.encode()) + bytes(4096)),
        ("a.zip", b"PK\x03\x04" + bytes(200)),
        ("a.parquet", b"PAR1" + bytes(200)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_words(write: Write, name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(write(name, content))
    assert refusal.value.message.endswith(".")


@given(
    content=st.binary(max_size=2_000),
    name=st.sampled_from(["a.csv", "a.jsonl", "a.csv.gz", "a.zip", "a.tar.gz"]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, name: str) -> None:
    packed = gzip.compress(content) if name.endswith(".gz") else content
    (tmp_path / name).write_bytes(packed)
    with suppress(UnreadableFile), Source(tmp_path / name, Layout()) as source:
        for table in source.tables():
            for line in table.lines:
                assert isinstance(line, BadLine) or len(line.values) == len(table.columns)


_CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=12)


@given(rows=st.lists(st.lists(_CELL, min_size=3, max_size=3), max_size=20))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_csv_module_writes_is_read_back(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["one", "two", "three"], *rows])
    _, lines = read(path)
    assert [list(line.values) for line in lines] == rows


@given(lines=st.lists(st.text("ab,\"'\t ;", max_size=20), max_size=20))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_line_is_lost_whatever_its_quotes(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "".join(line + "\n" for line in lines))
    _, found = read(path)
    physical = [place for place, line in enumerate(lines, 2) if line]
    starts = [line.number for line in found]
    assert starts == sorted(set(starts))
    assert set(starts) <= set(physical)
    assert len(physical) == sum(1 if isinstance(line, BadLine) else 1 + _breaks(line) for line in found)


def _breaks(line: Line) -> int:
    """Physical lines that are not empty which a record went on over."""
    inside = "\x1f".join(line.values).split("\n")
    return sum(1 for piece in inside[1:-1] if piece) + (len(inside) > 1)
