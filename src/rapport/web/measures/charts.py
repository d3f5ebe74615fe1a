"""Charts as SVG, drawn on the server without network: flat, labelled directly, bars from zero, light and dark."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

COLOURS = {
    "light": {"ink": "#1d2433", "soft": "#5b6472", "bar": "#2f5bb7", "faint": "#a9bce3"},
    "dark": {"ink": "#eceae4", "soft": "#b0b5bf", "bar": "#9db8f5", "faint": "#51617f"},
}
"""The tokens of the design in sRGB: what draws a chart does not know OKLCH."""
WIDTHS = {"wide": 560, "narrow": 320}
FONT = "Seravek, 'Segoe UI', 'Noto Sans', Ubuntu, 'Liberation Sans', sans-serif"
COLUMNS_HEIGHT = 223
_ROW, _HEIGHT, _AROUND = 30, 180, 8
_KEPT = 512
Bars = tuple[tuple[str, float, str], ...]
"""Label, size and the size in words of each bar."""


def rows_height(count: int) -> int:
    """How high the picture of so many bars is, which a page says before it comes so that nothing jumps."""
    return _ROW * count + _AROUND


@lru_cache(maxsize=_KEPT)
def rows(bars: Bars, *, look: str, size: str) -> str:
    """Bars that lie, one below the other: for parts of a whole."""
    chart, altair = _base(bars)
    y = altair.Y("label:N", sort=None, axis=_axis(altair, COLOURS[look]["ink"], width=WIDTHS[size] * 0.4))
    x = altair.X("size:Q", axis=None, scale=altair.Scale(zero=True, domainMin=0))
    layers = chart.mark_bar(color=COLOURS[look]["bar"], height=14, cornerRadiusEnd=2).encode(x=x, y=y)
    said = chart.mark_text(align="left", dx=6, color=COLOURS[look]["soft"]).encode(x=x, y=y, text="words:N")
    drawn = (layers + said).properties(width=WIDTHS[size] * 0.45, height=_ROW * len(bars))
    return _framed(_svg(drawn), width=WIDTHS[size], height=rows_height(len(bars)))


@lru_cache(maxsize=_KEPT)
def columns(bars: Bars, *, look: str, size: str, bands: tuple[tuple[float, float], ...] = ()) -> str:
    """Bars that stand, from the past to now, with their ranges as light lines; the last one is marked."""
    chart, altair = _base(bars, bands)
    colours = COLOURS[look]
    x = altair.X("label:N", sort=None, axis=_axis(altair, colours["soft"]))
    y = altair.Y("size:Q", axis=None, scale=altair.Scale(zero=True))
    mark = altair.condition("datum.is_last", altair.value(colours["bar"]), altair.value(colours["faint"]))
    layers = chart.mark_bar(cornerRadiusEnd=2).encode(x=x, y=y, color=mark)
    if bands:
        ranges = chart.mark_rule(color=colours["soft"], strokeWidth=1.5).encode(x=x, y="low:Q", y2="high:Q")
        layers = layers + ranges
    shown = chart.transform_filter("datum.is_last || datum.is_first").mark_text(dy=-8, color=colours["ink"])
    top = "high:Q" if bands else "size:Q"
    layers = layers + shown.encode(x=x, y=top, text="words:N")
    drawn = layers.properties(width=WIDTHS[size] - 30, height=_HEIGHT)
    return _framed(_svg(drawn), width=WIDTHS[size], height=COLUMNS_HEIGHT)


def _base(bars: Bars, bands: Sequence[tuple[float, float]] = ()) -> tuple[Any, Any]:
    import altair  # noqa: ICN001 - as a word, not an abbreviation

    values = [
        {"label": label, "size": size, "words": words, "is_first": n == 0, "is_last": n == len(bars) - 1}
        for n, (label, size, words) in enumerate(bars)
    ]
    for value, (low, high) in zip(values, bands, strict=False):
        value |= {"low": low, "high": high}
    return altair.Chart(altair.Data(values=values)), altair


def _axis(altair: Any, colour: str, *, width: float = 0) -> Any:
    more = {"labelLimit": width} if width else {"labelAngle": 0, "labelOverlap": True}
    return altair.Axis(title=None, ticks=False, domain=False, labelColor=colour, labelPadding=8, **more)


def _svg(chart: Any) -> str:
    import vl_convert

    drawn = chart.configure(background="transparent", font=FONT, padding=4)
    plain = drawn.configure_view(strokeWidth=0).configure_axis(grid=False, labelFontSize=13)
    sized = plain.configure_text(fontSize=13)
    return str(vl_convert.vegalite_to_svg(sized.to_dict(), allowed_base_urls=[]))


def _framed(svg: str, *, width: int, height: int) -> str:
    """The picture in a frame of known size, whatever room its words took."""
    size = f'width="{width}" height="{height}" preserveAspectRatio="xMinYMin meet"'
    return re.sub(r'width="[\d.]+" height="[\d.]+"', size, svg, count=1)
