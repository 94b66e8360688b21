"""From a lock to PyTorch."""

import numpy as np

from specit.spec.lock import Lock

from .initialise import initialise
from .network import BuiltNetwork as BuiltNetwork


def build(lock: Lock, seed: int) -> dict[str, BuiltNetwork]:
    """Build a lock's networks by name, initialised from `seed`: one alone from the seed itself, several each from its
    own."""
    networks = {}
    for name, network in lock.networks.items():
        built = BuiltNetwork(network)
        initialise(built, lock.initialisers, seed if len(lock.networks) == 1 else _own_seed(seed, name))
        networks[name] = built
    return networks


def _own_seed(seed: int, name: str) -> int:
    return int(np.random.SeedSequence((seed, *name.encode())).generate_state(1)[0])
