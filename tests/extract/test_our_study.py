"""Every network of the study, built and extracted again, is the same network."""

from __future__ import annotations

from functools import cache

import pytest
import torch

from specit.build import BuiltNetwork
from specit.extract import compare, extract
from specit.spec.lock import canonical
from specit.spec.network import Network
from specit.studies import find_all

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    # PyTorch tells that it copies the input once more for an even kernel.
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel"),
]
SPECS = [spec.name for spec in find_all("coordconv")]


@cache
def networks() -> dict[str, list[Network]]:
    """The networks of every spec that none before it has."""
    seen: set[str] = set()
    found: dict[str, list[Network]] = {name: [] for name in SPECS}
    for spec in find_all("coordconv"):
        for point in spec.plan("full", readings="all"):
            for network in point.lock.networks.values():
                if (text := canonical(network.stated())) not in seen:
                    seen.add(text)
                    found[spec.name].append(network)
    return found


def test_there_are_networks_to_extract() -> None:
    assert sum(map(len, networks().values())) > 50


@pytest.mark.parametrize("spec", SPECS)
def test_a_network_of_the_study_comes_back(spec: str) -> None:
    for network in networks()[spec]:
        torch.manual_seed(0)
        model = BuiltNetwork(network, plain=True)
        extracted = extract(model, network.layers[0].shape)
        # An Identity leaves no trace in what is computed, and so none in what PyTorch exports.
        expected = [(placed.name, placed.layer) for placed in network.layers if placed.name != "Identity"]
        assert [(placed.name, placed.layer) for placed in extracted.network.layers] == expected
        assert compare(model, extracted).same
        state = model.state_dict()
        assert all(torch.equal(extracted.weights()[ours], state[theirs]) for ours, theirs in extracted.origins.items())
        assert set(extracted.origins.values()) == set(state)
