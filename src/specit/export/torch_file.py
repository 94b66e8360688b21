"""A network as a file of PyTorch that somebody might have written: it imports torch, and coordconv if it must."""

from __future__ import annotations

import json
import textwrap

from torch import nn

from specit.errors import SpecItError
from specit.spec.layers.layer import show
from specit.spec.lock import Lock
from specit.spec.network import Placed

from .chains import Chains
from .forward import write_forward
from .own_layers import COORDCONV, COORDINATES, OWN
from .start import helpers, write_initialise

WIDTH = 110


def torch_source(lock: Lock, name: str, title: str) -> str:
    """Return the source of a file with `class Network` and `initialise(network, seed)`.

    `name` is the network's in the lock; `title` says what it is, in a line.
    """
    network = lock.networks[name]
    chains = Chains(network, dir(nn.Module()))
    if not chains.all:
        raise SpecItError("This network has no layers beside its inputs and joins, so there is nothing to export.")
    used = {placed.name for placed in network.layers}
    body = write_initialise(chains, lock.initialisers)
    own = [OWN[layer] for layer in OWN if layer in used]
    text = "\n".join([*own, *body, *helpers(body).values()])
    parts = [
        _docstring(lock, name, title),
        _imports(used, text),
        *([COORDINATES] if "coordinates(" in text else []),
        *own,
        _network(chains),
        *helpers(body).values(),
        _initialise(body),
    ]
    return "\n\n\n".join(part.strip() for part in parts).replace('"""\n\n\nimport', '"""\n\nimport', 1) + "\n"


def _docstring(lock: Lock, name: str, title: str) -> str:
    network = lock.networks[name]
    inputs = " and ".join(f"({_axes(placed)})" for placed in network.inputs)
    outputs = " and ".join(f"({_axes(network.layers[place])})" for place in network.outputs)
    safe = title.replace("\\", "/").replace('"', "'")
    lines = [
        *textwrap.wrap(safe, WIDTH, break_long_words=False),
        "",
        f"From {inputs} to {outputs}, with {network.parameters:,} parameters.",
        f"The lock of the experiment is {lock.id}.",
        "",
        "    network = Network()",
        "    initialise(network, seed=0)",
    ]
    return '"""' + "\n".join(lines) + '\n"""'


def _axes(placed: Placed) -> str:
    return "N × " + show(placed.shape)


def _imports(used: set[str], text: str) -> str:
    lines = ["import math\n"] if "math." in text else []
    lines += ["import torch", "from torch import Tensor, nn"]
    if found := sorted(used & set(COORDCONV)):
        lines += ["", f"from coordconv import {', '.join(found)}"]
    return "\n".join(lines)


def _network(chains: Chains) -> str:
    lines = [
        "class Network(nn.Module):",
        '    """The layers as they are stated, every argument included."""',
        "",
        "    def __init__(self) -> None:",
        "        super().__init__()",
    ]
    for chain in chains.all:
        if chains.layers[chain.places[0]].shares is not None:
            continue  # the same module again
        if chain.last not in chains.live:
            lines.append("        # What follows goes to a loss between and to no output, so forward leaves it out.")
        modules = [_module(chains.layers[place]) for place in chain.places]
        if len(modules) == 1:
            lines += _indented(f"self.{chain.name} = {modules[0]}", 8)
        else:
            lines.append(f"        self.{chain.name} = nn.Sequential(")
            for module in modules:
                lines += _indented(f"{module},", 12)
            lines.append("        )")
    forward = write_forward(chains)
    arguments = ", ".join(f"{argument}: Tensor" for argument in forward.arguments)
    several = len(chains.network.outputs) > 1
    returns = f"tuple[{', '.join(['Tensor'] * len(chains.network.outputs))}]" if several else "Tensor"
    lines += ["", f"    def forward(self, {arguments}) -> {returns}:"]
    for line in forward.lines:
        lines += [f"        {line}"]
    return "\n".join(lines)


def _module(placed: Placed) -> str:
    prefix = "" if placed.name in (*COORDCONV, *OWN) else "nn."
    values = {name: getattr(placed.layer, name) for name in type(placed.layer).model_fields}
    arguments = (f"{name}={json.dumps(v) if isinstance(v, str) else repr(v)}" for name, v in values.items())
    return f"{prefix}{placed.name}({', '.join(arguments)})"


def _indented(text: str, spaces: int) -> list[str]:
    """Return a call on one line, or its arguments on lines of their own; a tuple stays whole."""
    indent = " " * spaces
    if len(indent + text) <= WIDTH:
        return [indent + text]
    head, _, rest = text.partition("(")
    comma = "," if rest.endswith(",") else ""
    inside = rest.rstrip(",").removesuffix(")") + ","
    whole, depth = "", 0
    for letter in inside:
        depth += (letter == "(") - (letter == ")")
        whole += "\0" if letter == " " and depth else letter
    filled = textwrap.wrap(whole, WIDTH - spaces - 4, break_long_words=False, break_on_hyphens=False)
    return [f"{indent}{head}(", *(f"{indent}    {line}".replace("\0", " ") for line in filled), f"{indent}){comma}"]


def _initialise(body: list[str]) -> str:
    lines = [
        "@torch.no_grad()",
        "def initialise(network: Network, seed: int) -> None:",
        '    """Set every parameter in place, from a generator of its own: one seed, one set of numbers."""',
    ]
    return "\n".join([*lines, *(f"    {line}" for line in body)])
