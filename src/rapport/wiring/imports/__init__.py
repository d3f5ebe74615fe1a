"""An import as a whole: the log, and the cases that are told from it."""

from rapport.wiring.imports.whole import TellsOfNoCases, check_tells_of_cases, run, take_back

__all__ = ["TellsOfNoCases", "check_tells_of_cases", "run", "take_back"]
