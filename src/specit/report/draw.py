"""From runs to a figure of the report."""

from __future__ import annotations

from collections.abc import Sequence

from .content import Figure
from .figures import Run, kind
from .style import to_svg


def drawn(
    name: str,
    runs: Sequence[Run],
    *,
    title: str,
    says: str,
    command: str,
    caption: str = "",
    id: str = "",
    place: str = "",
) -> Figure:
    """Draw the figure `name`; its caption is its own unless another is given.

    A report that draws a figure twice gives each an `id`. With nothing to draw the figure comes back without
    a picture: the page then names `command`.
    """
    figure = kind(name).draw(runs)
    if figure is None:
        return Figure(id or name, title, says, caption="", command=command, place=place)
    said = caption or kind(name).caption(runs)
    svg = to_svg(figure, id or name)
    return Figure(id or name, title, says, said, command, svg, place, kind(name).animate(runs))
