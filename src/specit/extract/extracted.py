"""What was extracted from a model: its network, how its parameters start, its weights, and where each came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from torch import Tensor, nn

from specit.build import BuiltNetwork
from specit.spec.initialise import Initialisers
from specit.spec.network import Network
from specit.spec.write import Remarks, write

from .initialisers import How, Numbers, fitting
from .sketch import Drawn
from .starts import Parameter, choose


@dataclass(frozen=True)
class Unrecognised:
    """A parameter whose start no initialiser explains, and what its numbers look like."""

    place: int
    parameter: str
    origin: str
    numbers: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.numbers}"


@dataclass(frozen=True)
class Extracted:
    """A model as a spec. Its layers are known by their places, as in `BuiltNetwork`: `layers.3.weight`."""

    network: Network
    initialisers: Initialisers
    """How the parameters of each kind of layer start, as most of them do; the others stand at their layers."""
    origins: Mapping[str, str]
    """For every tensor of ours the model's own name for it."""
    unrecognised: tuple[Unrecognised, ...]
    paths: tuple[str, ...]
    """For every layer the path of the module it comes from."""
    _state: Mapping[str, Tensor]

    def weights(self) -> dict[str, Tensor]:
        """Return the model's weights as the state of a `BuiltNetwork`."""
        return {name: tensor.clone() for name, tensor in self._state.items()}

    def built(self) -> BuiltNetwork:
        """Return the network, layer by layer, with the model's weights, in evaluation."""
        built = BuiltNetwork(self.network, plain=True)
        built.load_state_dict(self.weights())
        return built.eval()

    def yaml(self, title: str, about: str = "") -> str:
        """Return the spec of the model; everything in it comes from the model's code."""
        comments = {
            place: [*([path] if placed.parameters and path else []), *self._said(place)]
            for place, (placed, path) in enumerate(zip(self.network.layers, self.paths, strict=True))
        }
        unstated: dict[int, set[str]] = {}
        for one in self.unrecognised:
            unstated.setdefault(one.place, set()).add(one.parameter)
        remarks = Remarks(comments, unstated)
        return write(title, self.network, self.initialisers, tag="!code", about=about, remarks=remarks)

    def _said(self, place: int) -> list[str]:
        return [
            f"{one.parameter}: initialiser not recognised, {one.numbers}"
            for one in self.unrecognised
            if one.place == place
        ]


def put_together(model: nn.Module, network: Network, drawn: list[Drawn]) -> Extracted:
    """Find every tensor's name and every parameter's initialiser."""
    built = BuiltNetwork(network, plain=True)
    state = built.state_dict()
    origins: dict[str, str] = {}
    fits: dict[Parameter, list[How]] = {}
    numbers: dict[Parameter, Numbers] = {}
    for place, layer in enumerate(drawn):
        for name, held in layer.held.items():
            state[f"layers.{place}.{name}"] = held.tensor.detach()
            origins[f"layers.{place}.{name}"] = held.name
            if held.trained and network.layers[place].shares is None:
                owner = model.get_submodule(held.name.rpartition(".")[0])
                numbers[place, name] = Numbers.of(held.tensor)
                fits[place, name] = fitting(owner, held.tensor, built.layers[place])
    starts = choose(network, fits, numbers)
    return Extracted(
        replace(network, layers=tuple(starts.at_layers(network))),
        starts.by_kind,
        origins,
        tuple(
            Unrecognised(place, name, origins[f"layers.{place}.{name}"], numbers[place, name].says)
            for place, name in starts.unknown
        ),
        tuple(layer.path for layer in drawn),
        state,
    )
