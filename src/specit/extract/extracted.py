"""What was extracted from a model: its network, how its parameters start, its weights, and where each came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from torch import Tensor, nn

from specit.build import BuiltNetwork
from specit.spec.initialise import Initialisers
from specit.spec.initialisers import PyTorchDefault
from specit.spec.network import Network
from specit.spec.write import Remarks, write

from .initialisers import Numbers, fitting
from .sketch import Drawn, Held
from .starts import Fit, Parameter, choose


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


def put_together(network: Network, drawn: list[Drawn], owner: Callable[[Held], nn.Module | None]) -> Extracted:
    """Find every tensor's name and every parameter's initialiser; `owner` is the module that holds it, if there is one.

    Of a file there is none. Then PyTorch's default is known where a layer's weight has enough numbers that agree.
    """
    built = BuiltNetwork(network, plain=True)
    state = built.state_dict()
    origins: dict[str, str] = {}
    fits: dict[Parameter, Fit] = {}
    for place, layer in enumerate(drawn):
        default_drawn = isinstance(built.layers[place], nn.PReLU)
        for name, held in sorted(layer.held.items(), key=lambda item: item[0] == "bias"):
            state[f"layers.{place}.{name}"] = held.tensor.detach()
            origins[f"layers.{place}.{name}"] = held.name
            if held.trained and network.layers[place].shares is None:
                module = owner(held)
                hows = fitting(module, held.tensor, built.layers[place])
                fit = Fit(hows, Numbers.of(held.tensor), named=module is not None or default_drawn)
                fits[place, name] = fit
                # One reset draws weight and bias.
                default_drawn = name == "weight" and fit.tells and hows[:1] == [("pytorch_default", PyTorchDefault())]
    starts = choose(network, fits)
    return Extracted(
        replace(network, layers=tuple(starts.at_layers(network))),
        starts.by_kind,
        origins,
        tuple(
            Unrecognised(place, name, origins[f"layers.{place}.{name}"], fits[place, name].numbers.says)
            for place, name in starts.unknown
        ),
        tuple(layer.path for layer in drawn),
        state,
    )
