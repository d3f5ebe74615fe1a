"""The arithmetic of small drawings: points and widths for SVG. Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 160, 40
MARGIN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A sparkline: its points as SVG writes them, and where the last one lies."""

    points: str
    last_x: float
    last_y: float
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Band:
    """A bar with its interval, in shares of a hundred of the scale."""

    bar: float
    band_start: float
    band_width: float


def sparkline(values: Sequence[float]) -> Line | None:
    """Points of a line from zero to the largest value; None for fewer than two values.

    >>> sparkline([0, 10]).points
    '3.0,37.0 157.0,3.0'
    """
    if len(values) < 2:
        return None
    most = max(*values, 0) or 1
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    points = [
        (
            round(MARGIN + i * step, 1),
            round(HEIGHT - MARGIN - max(value, 0) / most * (HEIGHT - 2 * MARGIN), 1),
        )
        for i, value in enumerate(values)
    ]
    return Line(" ".join(f"{x},{y}" for x, y in points), *points[-1])


def interval(value: float, low: float, high: float, most: float) -> Band:
    """Where the bar ends and where its band lies; everything is kept on the scale.

    >>> interval(50, 40, 60, 200)
    Band(bar=25.0, band_start=20.0, band_width=10.0)
    """
    scale = 100 / most if most > 0 else 0
    start, end = (min(max(x * scale, 0), 100) for x in (low, high))
    return Band(round(min(max(value * scale, 0), 100), 2), round(start, 2), round(max(end - start, 0), 2))


def dots(grade: str) -> list[bool]:
    """Three dots, of which so many are full as the evidence is strong."""
    full = {"weak": 1, "fair": 2, "strong": 3}.get(grade, 0)
    return [position < full for position in range(3)]
