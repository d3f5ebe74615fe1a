"""No cell of a CSV file that we give out is a formula, and what we gave out comes in again unchanged."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.interactions.ingestion.files.opening import Source
from rapport.interactions.ingestion.files.spill import Spill
from rapport.interactions.ingestion.files.tables import Layout, UnreadableFile
from rapport.kernel.comma_separated import guarded, unguarded, write

FORMULAS = [
    "=1+1", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+9)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "\uff0b1",
    "\uff0dx", "\uff20x", "  =1", "\ufeff=1", "\u00a0=1", "'=1", "|x", "%0A-3+3",
]  # fmt: skip
LEADS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
cells = st.text(alphabet=st.sampled_from(list("=+-@'\t\r\n ,;\"ab1.\uff1d")), max_size=8) | st.text(
    max_size=12
)


def read(path: Path) -> None:
    with Source(path, Layout()) as opened:
        for table in opened.tables():
            list(table.lines)


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_written_as_text(cell: str) -> None:
    assert guarded(cell).startswith("'")
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize(
    "cell", ["12", "-12.50", "+4420794600", "1,000.5", "O'Hara", "'tis", "a=b", "", "Ann"]
)
def test_what_is_no_formula_is_written_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=5))
def test_whatever_is_given_out_begins_no_formula_and_comes_back_as_it_was(rows: list[list[str]]) -> None:
    rows = [[cell.replace("\x00", "").encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    text = io.StringIO(newline="")
    write(text, ["a", "b"], rows)
    text.seek(0)

    written = list(csv.reader(text))[1:]

    assert [[unguarded(cell) for cell in row] for row in written] == rows
    for row in written:
        for cell in row:
            is_number = cell.lstrip("+-").replace(".", "").replace(",", "").isdigit()
            assert is_number or not cell.startswith(LEADS)


def test_a_table_given_out_and_imported_again_is_unchanged(tmp_path: Path) -> None:
    names = ["=cmd|'calc'!A0", "'tis", "''=x", "@ann", "-", "Ann"]
    path = tmp_path / "given-out.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        write(file, ["name", "note"], [[name, "x"] for name in names])

    with Source(path, Layout()) as source, Spill(tmp_path / "spill.sqlite3") as spill:
        (table,) = source.tables()
        spill.load("customers", table, lambda _: None)
        kept = [row[0] for row in spill.execute('SELECT c0 FROM "t_customers" ORDER BY place')]

    assert kept == names


def test_a_workbook_that_claims_a_row_beyond_all_is_refused_soon(tmp_path: Path) -> None:
    from openpyxl import Workbook

    honest, evil = tmp_path / "honest.xlsx", tmp_path / "evil.xlsx"
    Workbook().save(honest)
    schema = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<worksheet xmlns="{schema}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(evil, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, sheet if name.endswith("sheet1.xml") else source.read(name))

    with pytest.raises(UnreadableFile, match="rows"):
        read(evil)


def test_a_workbook_of_nested_entities_is_refused_and_names_no_folder(tmp_path: Path) -> None:
    from openpyxl import Workbook

    honest, evil = tmp_path / "honest.xlsx", tmp_path / "evil.xlsx"
    Workbook().save(honest)
    nested = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a0 "ha">{nested}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(evil, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, sheet if name.endswith("sheet1.xml") else source.read(name))

    with pytest.raises(UnreadableFile) as refused:
        read(evil)
    assert str(tmp_path) not in refused.value.message


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["../../list.csv", "list\u202evsc.csv", ".list.csv", "list.csv\x00.exe"])
def test_an_upload_is_named_plainly_whatever_it_was_called(given: str) -> None:
    from datetime import UTC, datetime

    from rapport.interactions.ingestion import commands
    from rapport.staff.roles.rules import Operator

    kept = commands.keep_upload([b"a\n"], name=given, by=Operator(), at=datetime(2026, 3, 2, tzinfo=UTC))

    assert kept.name.startswith("list")
    assert kept.name.isascii()
