"""From runs to a figure of the report."""

from __future__ import annotations

from collections.abc import Sequence

from .content import Figure
from .figures import Run, kind
from .style import to_svg


def drawn(name: str, runs: Sequence[Run], *, title: str, says: str, command: str, caption: str = "") -> Figure:
    """Draw the figure `name`; its caption is ours unless another is given.

    With nothing to draw the figure comes back without a picture: the page then names `command`.
    """
    figure = kind(name).draw(runs)
    if figure is None:
        return Figure(name, title, says, caption="", command=command)
    return Figure(name, title, says, caption or kind(name).caption(runs), command, to_svg(figure, name))
