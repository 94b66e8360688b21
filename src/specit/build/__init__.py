"""From a lock to PyTorch."""

from specit.spec.lock import Lock

from .initialise import initialise
from .network import BuiltNetwork as BuiltNetwork


def build(lock: Lock, seed: int) -> dict[str, BuiltNetwork]:
    """Build a lock's networks by name, initialised from `seed`."""
    networks = {}
    for name, network in lock.networks.items():
        built = BuiltNetwork(network)
        initialise(built, lock.initialisers, seed)
        networks[name] = built
    return networks
