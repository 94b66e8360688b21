"""Where the regression network's global maximum looks before any training, seed by seed.

python docs/study/at_the_start.py

The gradient of a global maximum reaches one pixel a channel. If that is not the pixel that is set, or one close
enough for the 3 × 3 convolutions to see it, the network learns nothing of where it is: only of the border.
"""

from __future__ import annotations

import numpy as np
import torch

from specit.build import build
from specit.data import make_examples
from specit.studies import find

SEEDS = 20
NEAR = 2
"""How many pixels the two 3 × 3 convolutions see to each side."""


def main() -> None:
    """Print, for every seed, how often the maximum is near the set pixel."""
    point = find("coordconv/regression").plan(arms=["coordconv"])[0]
    examples = make_examples(point.lock)
    chosen = np.random.default_rng(0).choice(len(examples.centres), 300, replace=False)
    inputs, centres = torch.from_numpy(examples.inputs[chosen]), examples.centres[chosen]
    for seed in range(SEEDS):
        (network,) = build(point.lock, seed).values()
        with torch.no_grad():
            maps = inputs
            for layer in list(network.layers)[:-2]:  # all but the pooling and the flattening
                maps = layer(maps)
        places = maps.flatten(2).argmax(2).numpy()
        off = np.maximum(abs(places % 64 - centres[:, :1]), abs(places // 64 - centres[:, 1:]))
        x, y = (off <= NEAR).mean(0)
        print(f"seed {seed:2}: the maximum is near the set pixel in {x:4.0%} of the images for x, {y:4.0%} for y")


if __name__ == "__main__":
    main()
