"""The mappings that come with Rapport, and those in a file somebody names."""

from importlib import resources
from pathlib import Path

from rapport.interactions.ingestion.rules.mapping import BadMapping

LARGEST_MAPPING = 262_144


def names() -> list[str]:
    """The names of the mappings that come with Rapport."""
    folder = resources.files("rapport.interactions.ingestion.mappings")
    return sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml"))


def text(name: str) -> str | None:
    """The TOML of the shipped mapping with this name; None if there is none."""
    if name not in names():
        return None
    return (resources.files("rapport.interactions.ingestion.mappings") / f"{name}.toml").read_text("utf-8")


def text_of_file(path: Path) -> str:
    """The TOML in a file; refuses what is no text of a fair size."""
    try:
        if path.stat().st_size > LARGEST_MAPPING:
            raise BadMapping("The mapping's file is too large.", field="mapping", value=path.name)
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping(f"The mapping '{path}' cannot be read.", field="mapping", value=str(path)) from error
