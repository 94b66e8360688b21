"""Draw the pictures of these pages, from what the library computes.

python docs/layer/pictures.py           # into docs/layer/pictures/
python docs/layer/pictures.py FOLDER    # elsewhere
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal, TypeAlias

import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from coordconv import CoordConv2d, coordinate_grid
from specit.report import style

PaddingMode: TypeAlias = Literal["zeros", "reflect", "replicate", "circular"]
Anchor: TypeAlias = Literal["corners", "centers"]

BELOW, ABOVE = style.PALETTE[0], style.PALETTE[1]
SIGNED = LinearSegmentedColormap.from_list("signed", [BELOW, "#ffffff", ABOVE])
"""Blue below zero, white at zero, orange above: in every picture."""
GREY = LinearSegmentedColormap.from_list("grey", ["#ffffff", "#ffffff", style.INK])
"""From -1 to 1 like the others, but an image has nothing below zero."""
WIDTH = 7.6


def maps() -> Figure:
    """The coordinate maps of an image of 5 by 7 pixels."""
    figure = Figure(figsize=(WIDTH, 2.1), layout="constrained")
    names = ("row", "column", "radius, on request")
    for axes, name, values in zip(figure.subplots(1, 3), names, coordinate_grid((5, 7), radius=True), strict=True):
        show(axes, values, name, limit=1.8)
        for row, line in enumerate(values):
            for column, value in enumerate(line):
                axes.text(column, row, number(value), ha="center", va="center", fontsize=7)
    return figure


def place() -> Figure:
    """Two equal shapes: a convolution answers both alike, a CoordConv can tell them apart."""
    image = torch.zeros(1, 1, 11, 16)
    middles = (3, 3), (7, 12)
    for row, column in middles:
        image[..., row, column - 1 : column + 2] = 1
        image[..., row - 1 : row + 2, column] = 1
    plain, coord = nn.Conv2d(1, 1, 3, padding=1), CoordConv2d(1, 1, 3, padding=1)
    with torch.no_grad():
        plain.weight.copy_(image[:, :, 2:5, 2:5])  # the shape itself, which fits itself in 5 pixels
        coord.weight.zero_()
        coord.weight[:, :1] = plain.weight
        coord.weight[0, 2, 1, 1] = 2  # times the coordinate of the column
    plain.bias = coord.bias = nn.Parameter(torch.tensor([-4.0]))
    figure = Figure(figsize=(WIDTH, 1.75), layout="constrained")
    panels = figure.subplots(1, 4)
    show(panels[0], image[0, 0], "image", limit=1, colours=GREY)
    answers = {
        "Conv2d, ReLU": run(plain, image).relu(),
        "CoordConv2d": run(coord, image),
        "CoordConv2d, ReLU": run(coord, image).relu(),
    }
    for axes, (name, answer) in zip(panels[1:], answers.items(), strict=True):
        show(axes, answer, name, limit=float(answer.abs().max()))
        for row, column in middles:
            side = 1 if column < 8 else -1
            text = number(answer[row, column])
            axes.text(column + 0.9 * side, row, text, ha="left" if side == 1 else "right", va="center", fontsize=8)
    return figure


def one_sum() -> Figure:
    """The output is one map for each image, and one map for the whole batch."""
    x = torch.zeros(2, 1, 9, 9)
    x[0, 0, 2:7, 4] = x[0, 0, 4, 2:7] = 1
    x[1, 0, range(2, 7), range(2, 7)] = 1
    layer = CoordConv2d(1, 1, 3, padding=1, bias=False)
    with torch.no_grad():
        layer.weight[:, :1] = torch.tensor([[0.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 0.0]]) - 0.25
        layer.weight[0, 1], layer.weight[0, 2] = 0.05, 0.15
        images = nn.functional.conv2d(x, layer.weight[:, :1], padding=1)
    term = run(layer, torch.zeros_like(x[:1]))
    torch.testing.assert_close(layer(x), images + term)
    figure = Figure(figsize=(WIDTH, 3.7), layout="constrained")
    grid = figure.add_gridspec(4, 4)
    for image, rows in enumerate((slice(0, 2), slice(2, 4))):
        show(figure.add_subplot(grid[rows, 0]), x[image, 0], f"x[{image}]", limit=1, colours=GREY)
        show(figure.add_subplot(grid[rows, 1]), images[image, 0], f"conv_x(x)[{image}]", limit=3)
        show(figure.add_subplot(grid[rows, 3]), run(layer, x[image : image + 1]), f"layer(x)[{image}]", limit=3)
    shared = figure.add_subplot(grid[1:3, 2])
    show(shared, term, "conv_coords(coords)", limit=3)
    for sign, at in (("+", -0.13), ("=", 1.13)):
        shared.text(at, 0.5, sign, transform=shared.transAxes, ha="center", va="center", fontsize=15)
    return figure


def borders() -> Figure:
    """What the coordinates add under each way of padding, and what that has beyond a slope."""
    figure = Figure(figsize=(WIDTH, 3.9), layout="constrained")
    panels = figure.subplots(2, 4)
    slope = 9 * coordinate_grid((9, 9)).sum(dim=0)
    modes: tuple[PaddingMode, ...] = ("zeros", "replicate", "reflect", "circular")
    for (above, below), mode in zip(panels.T, modes, strict=True):
        layer = CoordConv2d(1, 1, 3, padding=1, padding_mode=mode, bias=False)
        nn.init.ones_(layer.weight)
        term = run(layer, torch.zeros(1, 1, 9, 9))
        show(above, term, f'padding_mode="{mode}"', limit=18)
        show(below, term - slope, "", limit=18)
    panels[0, 0].set_ylabel("what the coordinates add", color=style.INK)
    panels[1, 0].set_ylabel("less 9 (row + column)", color=style.INK)
    return figure


def ends() -> Figure:
    """Where the pixels of an axis of four lie between -1 and 1."""
    figure = Figure(figsize=(WIDTH, 1.45), layout="constrained")
    anchors: tuple[Anchor, ...] = ("corners", "centers")
    for axes, anchor in zip(figure.subplots(1, 2), anchors, strict=True):
        places = coordinate_grid((4,), anchor=anchor)[0]
        width = float(places[1] - places[0])
        axes.set_title(f'anchor="{anchor}"')
        for at in places.tolist():
            axes.add_patch(
                Rectangle((at - width / 2, 0), width, 1, facecolor=style.RULE, edgecolor="white", linewidth=2)
            )
            axes.plot(at, 0.5, "o", color=ABOVE, markersize=5)
            axes.text(at, 1.1, number(at), ha="center", va="bottom", color=ABOVE)
        for end in (-1, 1):
            axes.plot([end, end], [-0.15, 1], color=BELOW, linewidth=1.4)
            axes.text(end, -0.2, number(end), ha="center", va="top", color=BELOW)
        axes.set(xlim=(-1.45, 1.45), ylim=(-0.55, 1.5))
        axes.axis("off")
    return figure


PICTURES = {"maps": maps, "place": place, "sum": one_sum, "borders": borders, "anchors": ends}


def run(layer: nn.Module, x: Tensor) -> Tensor:
    """Return what the layer makes of one image with one channel, as a map."""
    with torch.no_grad():
        out: Tensor = layer(x)[0, 0]
    return out


def show(axes: Axes, values: Tensor, title: str, *, limit: float, colours: LinearSegmentedColormap = SIGNED) -> None:
    """Draw a map, every pixel a square; `limit` is where the colours end."""
    height, width = values.shape
    axes.imshow(values.numpy(), cmap=colours, vmin=-limit, vmax=limit, interpolation="nearest")
    axes.set_title(title)
    style.bare(axes)
    axes.hlines([y + 0.5 for y in range(height - 1)], -0.5, width - 0.5, color=style.RULE, linewidth=0.4)
    axes.vlines([x + 0.5 for x in range(width - 1)], -0.5, height - 0.5, color=style.RULE, linewidth=0.4)


def number(value: float | Tensor) -> str:
    """Return a number in two places at most, with a true minus sign."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


@style.styled
def draw(folder: Path) -> None:
    """Write every picture into `folder`, on white: they are legible on dark pages too."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        picture().savefig(folder / f"{name}.png", dpi=200, facecolor="white", metadata={"Software": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures")
