"""The lines that set the initial weights: the very numbers that `specit.build` draws for the same seed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from specit.spec.initialise import Initialisers
from specit.spec.initialisers import (
    ONES_AND_ZEROS,
    Constant,
    HeNormal,
    HeNormalFanOut,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Normal,
    Ones,
    Orthogonal,
    PyTorchDefault,
    TruncatedNormal,
    Uniform,
    Values,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from specit.spec.model import Model
from specit.spec.network import Placed

from .chains import Chains
from .own_layers import COORDCONV, OWN

HE_NORMAL_TRUNCATED = '''
def he_normal_truncated(tensor, fan_in, generator):
    """A normal distribution of variance 2 / fan-in, drawn again outside of two standard deviations."""
    std = math.sqrt(2 / fan_in) / 0.87962566103423978  # what is cut off is made up for
    nn.init.trunc_normal_(tensor, 0, std, -2 * std, 2 * std, generator=generator)
'''
HE_NORMAL = '''
def he_normal(tensor, fan_in, generator):
    """A normal distribution of variance 2 / fan-in."""
    tensor.normal_(0, math.sqrt(2 / fan_in), generator=generator)
'''
LECUN_NORMAL_TRUNCATED = '''
def lecun_normal_truncated(tensor, fan_in, generator):
    """A normal distribution of variance 1 / fan-in, drawn again outside of two standard deviations."""
    std = 1 / math.sqrt(fan_in) / 0.87962566103423978  # what is cut off is made up for
    nn.init.trunc_normal_(tensor, 0, std, -2 * std, 2 * std, generator=generator)
'''
UNIFORM = '''
def uniform(tensor, fan_in, generator):
    """What PyTorch does: uniform in ±1/√fan-in."""
    bound = 1 / math.sqrt(fan_in)
    tensor.uniform_(-bound, bound, generator=generator)
'''
HELPERS = {
    "he_normal": HE_NORMAL,
    "he_normal_truncated": HE_NORMAL_TRUNCATED,
    "lecun_normal_truncated": LECUN_NORMAL_TRUNCATED,
    "uniform": UNIFORM,
}


def write_initialise(chains: Chains, stated: Initialisers) -> list[str]:
    """Return the body of `initialise(network, seed)`.

    Parameters are set in the order in which layers are listed, which is the order of `network.modules()`: by the kind
    of layer, or one by one where some layer states how its own start.
    """
    owners = [p for p, placed in enumerate(chains.layers) if placed.parameters]
    if not owners:
        return ["pass  # there are no parameters"]
    if any(chains.layers[place].initialise for place in owners):
        body = [line for place in owners for line in _one(chains, place, stated)]
    else:
        body = _by_kind([placed for placed in chains.layers if placed.shares is None], stated)
    if any("generator" in line for line in body):
        return ["generator = torch.Generator().manual_seed(seed)", *body]
    return body


def _one(chains: Chains, place: int, stated: Initialisers) -> Iterator[str]:
    placed = chains.layers[place]
    chain = next(chain for chain in chains.all if place in chain.places)
    index = f"[{chain.places.index(place)}]" if len(chain.places) > 1 else ""
    for parameter in placed.parameters:
        how = (placed.initialise.get(parameter) or stated[placed.name][parameter])[1]
        yield _line(how, placed.name, parameter, f"network.{chain.name}{index}")


def _by_kind(layers: list[Placed], stated: Initialisers) -> list[str]:
    with_parameters = {placed.name for placed in layers if placed.parameters}
    kinds: dict[str, list[Placed]] = {}
    for placed in layers:
        if placed.name in with_parameters:
            kinds.setdefault(placed.name, []).append(placed)
    lines = ["for module in network.modules():"]
    # A CoordConv2d is a Conv2d, too.
    for number, kind in enumerate(sorted(kinds, key=lambda kind: kind not in COORDCONV)):
        prefix = "" if kind in (*COORDCONV, *OWN) else "nn."
        lines.append(f"    {'elif' if number else 'if'} isinstance(module, {prefix}{kind}):")
        for parameter in dict.fromkeys(name for placed in kinds[kind] for name in placed.parameters):
            line = _line(stated[kind][parameter][1], kind, parameter, "module")
            if all(parameter in placed.parameters for placed in kinds[kind]):
                lines.append(f"        {line}")
            else:
                lines += [f"        if module.{parameter} is not None:", f"            {line}"]
    return lines


def _line(how: Model, kind: str, parameter: str, module: str) -> str:
    tensor = f"{module}.{parameter}"
    fan_in = f"{module}.fan_in" if kind == "LocallyConnected2d" else f"{tensor}[0].numel()"
    weight_fan_in = f"{module}.fan_in" if kind == "LocallyConnected2d" else f"{module}.weight[0].numel()"
    match how:
        case Zeros():
            return f"{tensor}.zero_()"
        case Ones():
            return f"{tensor}.fill_(1)"
        case Constant(value=value):
            return f"{tensor}.fill_({value!r})"
        case Values(numbers=numbers):
            listed = textwrap.fill(", ".join(map(repr, numbers)), 100).replace("\n", "\n        ")
            return f"{tensor}.copy_(torch.tensor([{listed}]).view({tensor}.shape))"
        case HeNormal(truncated=truncated):
            return f"he_normal{'_truncated' if truncated else ''}({tensor}, {fan_in}, generator)"
        case HeNormalFanOut():
            return f"{tensor}.normal_(0, math.sqrt(2 / ({tensor}[:, 0].numel())), generator=generator)"
        case Normal(mean=mean, std=std):
            return f"{tensor}.normal_({mean!r}, {std!r}, generator=generator)"
        case PyTorchDefault() if kind == "PReLU":
            return f"{tensor}.fill_({module}.init)"
        case PyTorchDefault() if kind in ONES_AND_ZEROS:
            return f"{tensor}.fill_({1 if parameter == 'weight' else 0})"
        case PyTorchDefault() if kind == "PositionEmbedding2d":
            return f"{tensor}.normal_(0, 0.02, generator=generator)"
        case PyTorchDefault():
            return f"uniform({tensor}, {weight_fan_in}, generator)"
        case LecunNormal(truncated=True):
            return f"lecun_normal_truncated({tensor}, {fan_in}, generator)"
        case Orthogonal(gain=gain):
            return f"nn.init.orthogonal_({tensor}, {gain!r}, generator=generator)"
        case Uniform(low=low, high=high):
            return f"{tensor}.uniform_({low!r}, {high!r}, generator=generator)"
        case TruncatedNormal(mean=mean, std=std, low=low, high=high):
            return f"nn.init.trunc_normal_({tensor}, {mean!r}, {std!r}, {low!r}, {high!r}, generator=generator)"
        case _ if kind == "LocallyConnected2d":
            return _by_fans(how, tensor, fan_in)
    return _by_pytorch(how, tensor)


def _by_pytorch(how: Model, tensor: str) -> str:
    """Return the call of PyTorch's own function, which counts the fans of what shares its weights."""
    match how:
        case HeUniform(mode=mode, a=a):
            return f'nn.init.kaiming_uniform_({tensor}, {a!r}, "{mode}", generator=generator)'
        case XavierUniform(gain=gain):
            return f"nn.init.xavier_uniform_({tensor}, {gain!r}, generator=generator)"
        case XavierNormal(gain=gain):
            return f"nn.init.xavier_normal_({tensor}, {gain!r}, generator=generator)"
        case LecunUniform():
            return f'nn.init.kaiming_uniform_({tensor}, nonlinearity="linear", generator=generator)'
        case LecunNormal():
            return f'nn.init.kaiming_normal_({tensor}, nonlinearity="linear", generator=generator)'
    raise AssertionError(how)


def _by_fans(how: Model, tensor: str, fan_in: str) -> str:
    """Return the line for a layer with kernels of its own at every pixel, whose fans PyTorch would miscount."""
    fan_out = f"{fan_in} // {tensor}.shape[1] * {tensor}.shape[0]"
    match how:
        case HeUniform(mode=mode, a=a):
            std = f"math.sqrt(2 / (1 + {a!r}**2)) / math.sqrt({fan_in if mode == 'fan_in' else fan_out})"
        case XavierUniform(gain=gain) | XavierNormal(gain=gain):
            std = f"{gain!r} * math.sqrt(2 / ({fan_in} + {fan_out}))"
        case _:
            std = f"1 / math.sqrt({fan_in})"
    if isinstance(how, XavierNormal | LecunNormal):
        return f"{tensor}.normal_(0, {std}, generator=generator)"
    return f"nn.init.uniform_({tensor}, -(bound := math.sqrt(3) * ({std})), bound, generator=generator)"


def helpers(body: list[str]) -> Mapping[str, str]:
    """Return the functions that the lines of a body call, by name."""
    text = "\n".join(body)
    return {name: source for name, source in HELPERS.items() if f"{name}(" in text}
