"""How every figure looks: one palette, one set of sizes, and SVG that is the same bytes each time.

Text and arms are drawn in fixed colours that the SVG turns into CSS variables, so that a figure inside the
report follows the page from light to dark, and one on its own still has the colours written here.
"""

from __future__ import annotations

import colorsys
import io
import re
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import NDArray

INK = "#1f2428"
"""Text, and the lines that carry meaning."""
MUTED = "#6a737b"
"""Ticks, axis labels, everything a reader looks at second."""
RULE = "#d5d9dd"
"""Grid and frames."""
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#a6761d")
"""Colours of the arms: Okabe and Ito's, which the colour-blind tell apart."""
TARGET = "#ff8c42"
"""The outline of a target pixel, seen on dark and bright pixels alike."""
PROBABILITY, LOGIT = "viridis", "cividis"
"""Colour maps for softmax and logits: even in lightness, safe for the colour-blind."""

LINES: tuple[Any, ...] = ("-", (0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
"""Line styles of the options of one axis, in order."""
MARKS = ("o", "s", "^", "D", "v", "P")
"""Marks of the arms, beside their colours."""
TRAIN, TEST = "#4c8fd6", "#d9601a"
"""Dots of the two parts of the data, seen on a white page and on a black one."""
SEEN = 0.2
"""The luminance that stands out from white and from black."""
ON_DARK, ON_BRIGHT = "#ffffff", "#101418"
"""Text within a coloured cell: it does not follow the page."""

_VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    **{colour: f"--arm-{place}" for place, colour in enumerate(PALETTE)},
}

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "specit",
    "text.parse_math": False,  # names are shown as written, dollar signs included
    "font.family": ["DejaVu Sans"],  # bundled with matplotlib: the layout does not depend on the machine
    "font.size": 9.0,
    "text.color": INK,
    "axes.titlesize": 9.0,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.8,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": "none",
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
}

P = ParamSpec("P")
R = TypeVar("R")


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` draw in this style, whatever the user's own matplotlib settings are."""

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(_RC)
            return function(*args, **kwargs)

    return inside


@styled
def to_svg(figure: Figure, name: str) -> str:
    """Return the figure as an `<svg>` element for a page; `name` keeps its ids apart from other figures'."""
    buffer = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=nothing)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # matplotlib's one style rule would reach the whole page: say the same on this element alone.
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", _root(figure, r"\1"), svg, count=1)
    prefix = re.sub(r"[^a-zA-Z0-9-]", "-", name)
    used = set(re.findall(r'(?:url\(|xlink:href=")#([^")]*)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda match: f' id="{prefix}-{match[1]}"' if match[1] in used else "", svg)
    svg = re.sub(r'(url\(|xlink:href=")#', rf"\1#{prefix}-", svg)
    return re.sub(r' style="([^"]*)"', _themed, svg).strip()


def _root(figure: Figure, view_box: str) -> str:
    inches = figure.get_figwidth()
    size = f"--inches: {inches:g}; width: 100%; max-width: {inches * 108:.0f}px; height: auto"
    style = f"{size}; stroke-linejoin: round; stroke-linecap: butt"
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {spaces} {view_box} style="{style}">'


def _themed(match: re.Match[str]) -> str:
    style = re.sub(r"font-family: [^;]*", "font-family: var(--sans, sans-serif)", match[1])
    for colour, variable in _VARIABLES.items():
        style = style.replace(colour, f"var({variable}, {colour})")
    return f' style="{style}"'


def colours(names: Sequence[str]) -> dict[str, str]:
    """Return a colour for each distinct name, in the order they first come; beyond six they repeat."""
    distinct = list(dict.fromkeys(names))
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(distinct)}


def seen(colour: tuple[int, int, int]) -> str:
    """Return a colour (of 255) as light or as dark as is seen on a white page and on a black one alike.

    >>> seen((0, 0, 255)), seen((255, 255, 0)), seen((0, 0, 0))
    ('#6c6cef', '#81810e', '#7a7a7a')
    """
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    shades = [colorsys.hls_to_rgb(hue, lightness / 100, 0.8 * saturation) for lightness in range(101)]
    return to_hex(min(shades, key=lambda shade: abs(_luminance(shade) - SEEN)))


def _luminance(colour: tuple[float, float, float]) -> float:
    """Return the relative luminance, as WCAG 2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mark(place: int) -> str:
    """Return the mark of the arm in that place: where colours repeat, it stands beside another one.

    >>> mark(0), mark(6)
    ('o', 's')
    """
    return MARKS[(place + place // len(PALETTE)) % len(MARKS)]


def tallness(canvases: Iterable[NDArray[Any]]) -> float:
    """Return how high a panel must be for its width, so that none of the canvases (height, width) wastes room."""
    return min(max(float(height / width) for height, width in canvases), 1.6)


def bare(axes: Axes) -> None:
    """Leave a picture's frame, and take its ticks away."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)


def outline(axes: Axes, x: float, y: float, size: float = 1.0) -> None:
    """Draw a square around the pixel (x, y), `size` pixels wide."""
    corner = (x - size / 2, y - size / 2)
    axes.add_patch(Rectangle(corner, size, size, fill=False, edgecolor=TARGET, linewidth=1.6, clip_on=False))


def log_ticks(axis: Axis) -> None:
    """Make the numbers of a logarithmic axis plain ones: every 1, 2 and 5 on a short axis, else powers of ten.

    A million is written 1M: with all its noughts it would touch its neighbours.
    """
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high / low < 200 else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1e6:,g}M" if value >= 1e6 else f"{value:,g}"))
    axis.set_minor_formatter(NullFormatter())
    axis.set_tick_params(which="minor", length=0)


def percent(fraction: float) -> str:
    """Return a fraction as text that never rounds a miss up to 100 %, nor a hit down to 0 %.

    >>> percent(1.0), percent(0.9999), percent(0.8583), percent(0.0003), percent(0.0)
    ('100 %', '99.9 %', '85.8 %', '0.1 %', '0 %')
    """
    if fraction in (0.0, 1.0):
        return f"{fraction:.0%}".replace("%", " %")
    return f"{min(max(100 * fraction, 0.1), 99.9):.1f} %"
