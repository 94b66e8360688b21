"""What is exported stands alone: in an interpreter without SpecIt it has the weights and outputs of what is built."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor

from specit.build import BuiltNetwork
from specit.build.initialise import initialise
from specit.build.modules import MODULES
from specit.errors import SpecItError
from specit.export.chains import Chains
from specit.export.own_layers import COORDCONV, JOINS, OWN
from specit.export.torch_file import torch_source
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock, canonical
from specit.spec.network import Network
from specit.studies import find, names

from .graphs import GRAPHS

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning"),  # of even kernels, which the study has
]

ALONE = """
import importlib.abc, pathlib, sys, torch

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("specit", "numpy", "scipy", "pydantic"):
            raise ImportError(name)

sys.meta_path.insert(0, Refuse())
torch.set_num_threads(1)
folder = pathlib.Path(sys.argv[1])
given = torch.load(folder / "given.pt")
made = {}
for name, inputs in given.items():
    file = folder / f"{name}.py"
    space = {"__name__": name}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), space)
    network = space["Network"]()
    space["initialise"](network, 3)
    start = [p.detach().clone() for p in network.parameters()]
    outputs = []
    for training in (False, True):
        network.train(training)
        torch.manual_seed(0)
        with torch.no_grad():
            outputs.append(network(*[x.clone() for x in inputs]))
    made[name] = {"start": start, "outputs": outputs}
torch.save(made, folder / "made.pt")
loaded = {name.split(".")[0] for name in sys.modules}
assert not loaded & {"specit", "pydantic"}, loaded
print("coordconv" in loaded)
"""


LARGE = 4_000_000
"""Networks with more parameters than this, of layers that smaller ones have too, are left out for their time."""


class Exported(NamedTuple):
    """A network, its file, and what it did in an interpreter of its own."""

    lock: Lock
    network: Network
    source: str
    inputs: tuple[Tensor, ...]
    made: dict[str, Any]


def lock_of(network: str, initialise: str = "{}") -> Lock:
    text = f"specit: 1\ntitle: T\ninitialise: {initialise}\narms:\n  only:\n    network:\n"
    (point,) = Spec("one", parse(text + textwrap.indent(network, "      "))).plan()
    return point.lock


def of_the_study() -> Iterator[tuple[str, Lock, str]]:
    """Yield every distinct network of the study but the large ones, with how its parameters start, and its name."""
    seen = set()
    for name in names():
        for point in find(name).plan(readings="all"):
            statement = point.lock.statement()
            for called, network in point.lock.networks.items():
                key = canonical([statement["networks"][called], statement["initialise"]])
                if key not in seen and network.parameters <= LARGE:
                    seen.add(key)
                    yield f"study_{len(seen)}", point.lock, called


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exported]:
    folder = tmp_path_factory.mktemp("exported")
    every = [*of_the_study(), *((name, lock_of(text), "network") for name, text in GRAPHS.items())]
    sources, given = {}, {}
    generator = torch.Generator().manual_seed(0)
    for name, lock, network in every:
        sources[name] = torch_source(lock, network, "A network")
        (folder / f"{name}.py").write_text(sources[name], encoding="utf-8")
        shapes = [placed.shape for placed in lock.networks[network].layers if placed.name == "Input"]
        given[name] = tuple(torch.randn(2, *shape, generator=generator) for shape in shapes)
    torch.save(given, folder / "given.pt")
    ran = subprocess.run([sys.executable, "-I", "-c", ALONE, str(folder)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "True"
    made = torch.load(folder / "made.pt")
    return {
        name: Exported(lock, lock.networks[network], sources[name], given[name], made[name])
        for name, lock, network in every
    }


def test_every_network_of_the_study_is_there(exported: dict[str, Exported]) -> None:
    assert sum(name.startswith("study_") for name in exported) > 80


def test_the_weights_are_those_of_a_run(exported: dict[str, Exported]) -> None:
    for name, one in exported.items():
        built = BuiltNetwork(one.network)
        initialise(built, one.lock.initialisers, 3)
        ours = list(built.parameters())
        assert sum(p.numel() for p in one.made["start"]) == one.network.parameters, name
        assert [p.shape for p in ours] == [p.shape for p in one.made["start"]], name
        assert all(torch.equal(a, b) for a, b in zip(ours, one.made["start"], strict=True)), name


def test_it_computes_the_same(exported: dict[str, Exported]) -> None:
    for name, one in exported.items():
        built = BuiltNetwork(one.network, plain=True)
        initialise(built, one.lock.initialisers, 3)
        for training, theirs in zip((False, True), one.made["outputs"], strict=True):
            built.train(training)
            torch.manual_seed(0)
            with torch.no_grad():
                ours = built(*[x.clone() for x in one.inputs])
            pairs = zip(ours, theirs, strict=True) if isinstance(ours, tuple) else [(ours, theirs)]
            assert all(torch.equal(a, b) for a, b in pairs), (name, training)


def test_a_start_reads_as_somebody_would_write_it(exported: dict[str, Exported]) -> None:
    lines = exported["starts"].source.partition("def initialise")[2]
    assert "nn.init.xavier_uniform_(network.layers[1].weight, 2.0, generator=generator)" in lines
    assert 'nn.init.kaiming_uniform_(network.layers[0].weight, 0.1, "fan_out", generator=generator)' in lines


def test_another_seed_gives_other_weights(exported: dict[str, Exported]) -> None:
    """Else the comparison above would compare nothing."""
    one = exported["residual"]
    built = BuiltNetwork(one.network)
    initialise(built, one.lock.initialisers, 4)
    assert not torch.equal(next(built.parameters()), one.made["start"][0])


def test_it_imports_coordconv_only_where_a_layer_needs_it(exported: dict[str, Exported]) -> None:
    for one in exported.values():
        tree = ast.parse(one.source)
        found = {
            n.module if isinstance(n, ast.ImportFrom) else n.names[0].name
            for n in tree.body
            if isinstance(n, ast.Import | ast.ImportFrom)
        }
        used = {placed.name for placed in one.network.layers}
        assert found - {"math"} == {"torch", *({"coordconv"} if used & set(COORDCONV) else ())}


def test_it_reads_as_somebody_would_write_it(exported: dict[str, Exported]) -> None:
    forward = exported["residual"].source.partition("def forward")[2].partition("\n\n")[0]
    assert forward.splitlines()[1:] == [
        "        x = self.conv_1(x)",
        "        x = x + self.residual(x)",
        "        x = self.relu(x)",
        "        x = self.block_1(x) + self.conv_2(x)",
        "        x = torch.cat([self.block_2(x), x, self.avgpool2d(x)], dim=1)",
        "        return self.conv_3(x)",
    ]
    several = exported["several"].source
    assert "def forward(self, one: Tensor, input_2: Tensor) -> tuple[Tensor, Tensor, Tensor]:" in several
    assert "forward leaves it out" in several
    assert max(map(len, several.splitlines())) <= 120


def test_every_layer_is_known(exported: dict[str, Exported]) -> None:
    ours = {name for name, module in MODULES.items() if module.__module__.startswith("specit.")}
    assert ours == {*OWN, *JOINS}
    assert {name for name, module in MODULES.items() if module.__module__.startswith("coordconv.")} == set(COORDCONV)
    used = {p.name for name in GRAPHS for p in exported[name].lock.networks["network"].layers}
    assert set(OWN) <= used


def test_a_hostile_title_stays_in_its_docstring() -> None:
    title = '""" \\""" + __import__("os").abort() + """ \n \\'
    tree = ast.parse(torch_source(lock_of(GRAPHS["shared"]), "network", title))
    assert isinstance(tree.body[0], ast.Expr)
    assert [type(node) for node in tree.body] == [
        ast.Expr, ast.Import, ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.FunctionDef
    ]  # fmt: skip


def test_nothing_to_export() -> None:
    with pytest.raises(SpecItError, match="has no layers beside its inputs and joins, so there is nothing to export"):
        torch_source(lock_of("- {Input: {shape: [3]}, as: x}\n- {Add: {}, from: [x, x]}\n"), "network", "T")


def test_chains_stop_at_what_is_shared() -> None:
    chains = Chains(lock_of(GRAPHS["shared"]).networks["network"], ["step"])
    assert [chain.places for chain in chains.all] == [(1,), (2,), (3,), (4,), (5,)]
    assert chains.all[0].name == chains.all[2].name == chains.all[4].name == "linear"
