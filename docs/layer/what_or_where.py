"""Where a CoordConv layer helps a small network and where it hurts: two questions, four places, ten seeds.

python docs/layer/what_or_where.py           # a few minutes on one core
python docs/layer/what_or_where.py SEEDS     # fewer seeds are faster
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import torch
from torch import Tensor, nn

from coordconv import CoordConv2d
from specit.report.style import percent

SIZE = 16
LEFT, RIGHT = range(2, 8), range(8, 14)
"""The columns where the middle of a bar may lie, in each half of the image."""
EVERYWHERE = range(2, 14)
STEPS = 200


class Question(NamedTuple):
    """What is asked, and in which columns the bars lie that the network is trained and tested with."""

    asks: str
    train: range
    test: range


QUESTIONS = {
    "what, where trained": Question("what", LEFT, LEFT),
    "what, elsewhere": Question("what", LEFT, RIGHT),
    "where": Question("where", EVERYWHERE, EVERYWHERE),
}
PLACES: dict[str, tuple[bool, bool]] = {
    "nowhere": (False, False),
    "first layer": (True, False),
    "last layer": (False, True),
    "both layers": (True, True),
}


def bars(count: int, columns: range, asks: str, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return images with a bar of three pixels each, and whether it is upright or lies in the right half."""
    images = torch.zeros(count, 1, SIZE, SIZE)
    upright = torch.randint(2, (count,), generator=generator).bool()
    rows = torch.randint(2, SIZE - 2, (count,), generator=generator)
    middles = torch.tensor(columns)[torch.randint(len(columns), (count,), generator=generator)]
    for step in (-1, 0, 1):
        images[range(count), 0, rows + step * upright, middles + step * ~upright] = 1
    return images, (upright if asks == "what" else middles >= SIZE // 2).long()


def network(place: tuple[bool, bool]) -> nn.Module:
    """Return two layers of convolution, the largest value of each channel, and a linear layer."""
    kinds = [CoordConv2d if coordinates else nn.Conv2d for coordinates in place]
    first, last = kinds[0](1, 8, 3, padding=1), kinds[1](8, 8, 3, padding=1)
    return nn.Sequential(first, nn.ReLU(), last, nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, 2))


def accuracy(question: Question, place: tuple[bool, bool], images: int, seed: int) -> float:
    """Train a network, and return the share of 1,000 new images that it answers right."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    x, y = bars(images, question.train, question.asks, generator)
    new_x, new_y = bars(1000, question.test, question.asks, generator)
    model = network(place)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(STEPS):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    with torch.no_grad():
        return float((model(new_x).argmax(dim=1) == new_y).float().mean())


def rows(seeds: int) -> Iterator[str]:
    """Yield the lines of a Markdown table: the median accuracy, and the lowest and the highest."""
    yield f"| CoordConv | images | {' | '.join(QUESTIONS)} |"
    yield f"| --- | --- | {' | '.join('---' for _ in QUESTIONS)} |"
    for place, layers in PLACES.items():
        for images in (16, 256):
            cells = []
            for question in QUESTIONS.values():
                found = [accuracy(question, layers, images, seed) for seed in range(seeds)]
                cells.append(f"{percent(median(found))} ({percent(min(found))} to {percent(max(found))})")
            yield f"| {place} | {images} | {' | '.join(cells)} |"


if __name__ == "__main__":
    torch.set_num_threads(1)
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 10):
        print(row, flush=True)
