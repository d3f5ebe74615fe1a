"""The house keeps its order: writes where they belong, short files and functions, everything documented."""

import ast
from pathlib import Path

import pytest

from rapport.kernel.kinds import GROUPS, KINDS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "rapport"
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
MAY_WRITE = {"models", "commands"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 500, 50, 120


def modules() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]


def stray_writes(root: Path) -> list[str]:
    """'file:line .call()' for every database write outside models and commands."""
    return [
        f"{path.relative_to(root)}:{node.lineno} .{node.func.attr}()"
        for path in root.rglob("*.py")
        if not MAY_WRITE & {path.stem, *path.parts} and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and _is_on_rows(node.func.value)
    ]


def _is_on_rows(target: ast.expr) -> bool:
    """A call on a module of commands (`people.create(...)`) is the right way; one on a manager or row is not."""
    return not (isinstance(target, ast.Name) and target.id in _COMMAND_MODULES)


_COMMAND_MODULES = {"commands", "people", "keys", "touchpoints", "imports", "directory", "app"}


def test_writes_happen_in_models_and_commands_only() -> None:
    assert stray_writes(SOURCE) == []


def test_a_stray_write_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text("def view():\n    Case.objects.create(title='x')\n    row.save()\n")

    assert stray_writes(tmp_path) == ["views.py:2 .create()", "views.py:3 .save()"]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, (
                f"{path}:{node.lineno} {node.name}"
            )


def test_templates_stay_short() -> None:
    long = [p for p in SOURCE.rglob("*.html") if len(p.read_text().splitlines()) > LONGEST_TEMPLATE]
    assert long == []


def test_every_part_says_what_it_is() -> None:
    silent = [
        path
        for path in SOURCE.rglob("__init__.py")
        if "migrations" not in path.parts
        and path.parent.name not in {"templatetags", "management"}
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_every_kind_has_a_page_and_a_known_group() -> None:
    page = (ROOT / "docs/reference/kinds.md").read_text()
    assert [name for name in KINDS if f"`{name}`" not in page] == []
    assert {kind.group for kind in KINDS.values()} <= set(GROUPS)


def test_every_setting_of_the_environment_is_documented() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    used = {
        node.value
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("RAPPORT_")
        if node.value.isupper()
    }
    assert sorted(name for name in used if f"`{name}`" not in page) == []


def test_every_command_is_documented() -> None:
    import typer.main

    from rapport.cli.main import app

    page = (ROOT / "docs/reference/commands.md").read_text()
    top = typer.main.get_command(app)
    names = []
    for name, command in top.commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        names += [f"rapport {name} {sub}" for sub in below] if below else [f"rapport {name}"]
    assert [name for name in names if f"`{name}" not in page] == []


def test_the_project_names_no_path_of_a_machine() -> None:
    marks = ("/work" + "/", "/farm" + "/", "/root" + "/")
    found = [
        path
        for folder in ("src", "tests", "docs", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".html", ".toml", ".css", ".js"}
        and any(mark in path.read_text(errors="replace") for mark in marks)
        and "node_modules" not in path.parts
    ]
    assert found == []
