"""A diff sees what runs differently, and nothing in names and order; what is only stated differently it tells apart."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.spec.diff import Diff, Side, compare, read_lock_file, side_of
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.origins import traced
from specit.studies import find

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text(encoding="utf-8")
UNIFORM = {"split": ["uniform"]}


def side(text: str, arm: str | None = None, **choose: list[str]) -> Side:
    spec = traced(Spec("one", parse(text, "one.yaml")))
    (point,) = spec.plan(arms=[arm] if arm else None, choose=choose)
    return side_of("one", spec, point)


def of_network(network: str, **sections: str) -> Side:
    extra = "".join(f"{name}: {text}\n" for name, text in sections.items())
    indented = "".join(f"      {line}\n" for line in network.strip().splitlines())
    return side(f"specit: 1\ntitle: T\n{extra}arms:\n  a:\n    network:\n{indented}")


def of_statement(network: Any, **more: Any) -> Side:
    return Side("made", {"format": 1, "networks": {"network": network}, "initialise": {}, **more}, {})


def says(found: Diff) -> list[str]:
    return [one.says for one in found.runs]


def is_empty(found: Diff) -> bool:
    """Return whether nothing differs, apart from which numbers a seed draws."""
    return not found.runs and not found.unstated and all("another order" in note for note in found.notes)


# Networks that hypothesis draws: any layers of three numbers, each taking any before it.


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = [{"Input": {"shape": [3], "dtype": "float32"}, "from": []}]
    for place in range(1, draw(st.integers(2, 14))):
        before = st.integers(0, place - 1)
        kind = draw(st.sampled_from(["Tanh", "Scale", "Linear", "Add", "Concatenate", "share"]))
        owners = [at for at, layer in enumerate(layers) if "Linear" in layer and "share" not in layer]
        if kind == "share" and owners:
            owner = draw(st.sampled_from(owners))
            layers.append({"Linear": layers[owner]["Linear"], "share": owner, "from": [draw(before)]})
        elif kind in ("Add", "Concatenate"):
            takes = draw(st.lists(before, min_size=2, max_size=3))
            layers.append({kind: {"dim": 1} if kind == "Concatenate" else {}, "from": takes})
        elif kind == "Scale":
            layers.append({"Scale": {"factor": draw(st.sampled_from([1.0, 2.0]))}, "from": [draw(before)]})
        elif kind == "Tanh":
            layers.append({"Tanh": {}, "from": [draw(before)]})
        else:
            start = draw(st.sampled_from([{}, {"initialise": {"bias": {"zeros": {}}}}]))
            arguments = {"in_features": 3, "out_features": 3, "bias": True}
            layers.append({"Linear": arguments, **start, "from": [draw(before)]})
    return layers


def relisted(layers: list[dict[str, Any]], rng: random.Random) -> tuple[list[dict[str, Any]], dict[int, int]]:
    """List the layers in another order that can be run, with other names, and turn what Add takes round."""
    left, order = set(range(len(layers))), list[int]()
    while left:
        ready = [p for p in left if not set(layers[p]["from"]) & left]
        order.append(rng.choice(sorted(ready)))
        left.remove(order[-1])
    at = {place: position for position, place in enumerate(order)}
    groups: dict[int, list[int]] = {}
    for place, layer in enumerate(layers):
        groups.setdefault(layer.get("share", place), []).append(place)
    made = []
    for place in order:
        layer = copy.deepcopy(layers[place])
        takes = [at[taken] for taken in layer["from"]]
        if "Add" in layer and len(takes) == 2 and rng.random() < 0.5:
            takes.reverse()
        layer["from"] = takes
        layer["as"] = f"name{rng.random()}"
        sharers = groups[layer.pop("share", place)]
        first = min(
            sharers, key=lambda one: at[one]
        )  # whoever comes first holds the parameters, and says how they start
        own = layers[min(sharers)].get("initialise")
        layer.pop("initialise", None)
        if place == first and own:
            layer["initialise"] = own
        if place != first:
            layer["share"] = at[first]
        made.append({key: layer[key] for key in sorted(layer, reverse=rng.random() < 0.5)})
    return made, at


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_names_and_order_are_nothing(layers: list[dict[str, Any]], rng: random.Random) -> None:
    other, at = relisted(layers, rng)
    returned = [rng.randrange(len(layers)) for _ in range(rng.choice([1, 2]))]
    one = of_statement({"layers": layers, "outputs": returned})
    two = of_statement({"layers": other, "outputs": [at[place] for place in returned]})
    found = compare(one, two)
    assert is_empty(found), says(found)


@pytest.mark.parametrize("seed", range(10))
def test_twins_that_share_stay_together_in_any_listing(seed: int) -> None:
    linear = {"in_features": 3, "out_features": 3, "bias": True}
    layers = [{"Input": {"shape": [3], "dtype": "float32"}, "from": []}, {"Linear": linear, "from": [0]}]
    layers += [{"Linear": linear, "share": 1, "from": [0]}, {"Linear": linear, "from": [0]}]
    layers += [{"Linear": linear, "share": 3, "from": [0]}]
    other, at = relisted(layers, random.Random(seed))
    found = compare(
        of_statement({"layers": layers, "outputs": [0]}), of_statement({"layers": other, "outputs": [at[0]]})
    )
    assert is_empty(found), says(found)


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_a_changed_argument_is_seen_in_any_graph(layers: list[dict[str, Any]], rng: random.Random) -> None:
    layers.append({"Scale": {"factor": 1.0}, "from": [len(layers) - 1]})
    other, at = relisted(layers, rng)
    scales = [place for place, layer in enumerate(layers) if "Scale" in layer]
    other[at[rng.choice(scales)]]["Scale"] = {"factor": 3.5}
    last = len(layers) - 1
    found = compare(
        of_statement({"layers": layers, "outputs": [last]}), of_statement({"layers": other, "outputs": [at[last]]})
    )
    assert "3.5" in repr([one.b.value for one in found.runs])  # as an argument, or within a layer that B alone has


CHAINED = st.lists(
    st.one_of(
        st.just(("Tanh", {})),
        st.builds(lambda factor: ("Scale", {"factor": factor}), st.sampled_from([1.0, 2.0])),
        st.builds(
            lambda eps: ("BatchNorm2d", {"num_features": 3, "eps": eps, "affine": True}), st.sampled_from([0.1, 0.2])
        ),
    ),
    min_size=1,
    max_size=12,
)


@given(CHAINED, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_one_changed_argument_is_exactly_one_difference(chain: list[Any], rng: random.Random) -> None:
    layers = [{"Input": {"shape": [3]}}, *({kind: dict(arguments)} for kind, arguments in chain)]
    changeable = [place for place, layer in enumerate(layers) if {"Scale", "BatchNorm2d"} & layer.keys()]
    if not changeable:
        return
    place, other = rng.choice(changeable), copy.deepcopy(layers)
    ((kind, arguments),) = other[place].items()
    name = {"Scale": "factor", "BatchNorm2d": "eps"}[kind]
    before, arguments[name] = arguments[name], 3.5
    (one,) = compare(of_statement(layers), of_statement(other)).runs
    assert (one.a.value, one.b.value, list(one.layers)) == (before, 3.5, [(place, place)])


def test_branches_in_another_order_are_the_same() -> None:
    one = of_network("""
- {Input: {shape: [3]}, as: x}
- {Linear: {in_features: 3, out_features: 2}, as: left}
- {Linear: {in_features: 3, out_features: 4}, from: x, as: right}
- {Concatenate: {dim: 1}, from: [left, right]}
""")
    two = of_network("""
- {Input: {shape: [3]}, as: x}
- {Linear: {in_features: 3, out_features: 4}, as: one}
- {Linear: {in_features: 3, out_features: 2}, from: x, as: two}
- {Concatenate: {dim: 1}, from: [two, one]}
""")
    found = compare(one, two)
    assert is_empty(found)
    assert found.notes == (
        "the layers are listed in another order, so one seed draws other numbers for them to start with.",
    )
    turned = of_network("""
- {Input: {shape: [3]}, as: x}
- {Linear: {in_features: 3, out_features: 4}, as: one}
- {Linear: {in_features: 3, out_features: 2}, from: x, as: two}
- {Concatenate: {dim: 1}, from: [one, two]}
""")
    assert not compare(one, turned).same  # of a concatenation, the order is what it makes


CHAIN = """
- Input: {shape: [3, 8, 8]}
- Conv2d: {in_channels: 3, out_channels: 4, kernel_size: 3}
- BatchNorm2d: {num_features: 4}
- ReLU
- Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 3}
- BatchNorm2d: {num_features: 4}
- ReLU
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "- BatchNorm2d: {num_features: 4}",
            "- BatchNorm2d: {num_features: 4, eps: !code 1.0e-3}",
            "batch norm ε (the 1st of 2): A does not say: PyTorch's default 1e-05, B states 0.001 (only in the "
            "authors' code).",
        ),
        (
            "- ReLU\n- Conv2d",
            "- ReLU\n- Dropout: {p: 0.2}\n- Conv2d",
            "After the 1st ReLU, B has a layer Dropout (p 0.2, inplace false), which A does not have.",
        ),
        ("- ReLU\n- Conv2d", "- Tanh\n- Conv2d", "After the 1st batch norm, A has a layer ReLU (inplace false) where B has a layer Tanh."),
        (
            "- BatchNorm2d: {num_features: 4}\n- ReLU\n- Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 3}\n",
            "",
            "After the 1st ReLU, A has 3 layers (Conv2d, BatchNorm2d, ReLU), which B does not have.",
        ),
    ],
)  # fmt: skip
def test_one_change_is_one_sentence(old: str, new: str, expected: str) -> None:
    assert says(compare(of_network(CHAIN), of_network(CHAIN.replace(old, new, 1)))) == [expected]


def test_layers_that_differ_alike_are_told_together() -> None:
    other = CHAIN.replace("num_features: 4", "num_features: 4, momentum: 0.01")
    (line,) = says(compare(of_network(CHAIN), of_network(other)))
    assert line.startswith("batch norm momentum (all 2): A does not say: PyTorch's default 0.1, B states 0.01")
    starts = "{Conv2d: {weight: !code {he_normal: {truncated: true}}}}"
    found = compare(of_network(CHAIN), of_network(CHAIN, initialise=starts))
    assert says(found) == [
        "convolution start of weight (all 2): A does not say: PyTorch's default pytorch_default, B states he_normal "
        "(truncated true) (only in the authors' code)."
    ]
    assert found.runs[0].layers == [(1, 1), (4, 4)]


def test_a_start_at_each_layer_is_the_start_of_all() -> None:
    own = CHAIN.replace("kernel_size: 3}", "kernel_size: 3}\n  initialise: {weight: zeros}")
    assert is_empty(compare(of_network(own), of_network(CHAIN, initialise="{Conv2d: {weight: zeros}}")))


def test_what_is_stated_is_told_apart_from_what_runs() -> None:
    said = CHAIN.replace("num_features: 4", "num_features: 4, eps: !code 1.0e-5")
    found = compare(of_network(said), of_network(CHAIN))
    assert found.same
    assert [one.says for one in found.unstated] == [
        "batch norm ε (all 2): A states 1e-05 (only in the authors' code), B does not say: PyTorch's default 1e-05."
    ]
    ours = compare(of_network(said), of_network(said.replace("!code", "!ours")))
    assert ours.same
    assert not ours.unstated
    assert ours.notes == (
        "batch norm ε (all 2): A states 1e-05 (only in the authors' code), B states 1e-05 (our choice).",
    )


def test_a_reading_is_left_open() -> None:
    open_ = CHAIN.replace("{num_features: 4}", "{num_features: 4, eps: !unstated [0.1, 0.2]}")
    stated = CHAIN.replace("{num_features: 4}", "{num_features: 4, eps: 0.1}")
    found = compare(of_network(open_), of_network(stated))
    assert [one.says for one in found.unstated] == [
        "batch norm ε (all 2): A leaves open which, and here takes 0.1, B states 0.1 (stated by the paper)."
    ]


def test_coordconv_has_defaults_of_its_own() -> None:
    layer = "- Input: {{shape: [3, 8, 8]}}\n- CoordConv2d: {{in_channels: 3, out_channels: 4, kernel_size: 1{}}}"
    (line,) = says(compare(of_network(layer.format("")), of_network(layer.format(", order: xy"))))
    assert line == "CoordConv2d order: A does not say: coordconv's default ij, B states xy (stated by the paper)."


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("from: [a, b]", "from: [b, b]", "what the Concatenate takes: A the 1st Tanh and the 2nd Tanh, B the 2nd Tanh and the 2nd Tanh."),
        ("share: l", "as: m", "parameters of the 1st linear layer: A shared by the 1st linear layer and the 2nd linear layer, B of its own."),
    ],
)  # fmt: skip
def test_what_goes_where(one: str, other: str, expected: str) -> None:
    text = """
- Input: {shape: [3]}
- {Linear: {in_features: 3, out_features: 3}, as: l}
- {Linear: {in_features: 3, out_features: 3}, share: l}
- {Tanh: {}, as: a}
- {Tanh: {}, as: b}
- {Concatenate: {dim: 1}, from: [a, b]}
"""
    assert says(compare(of_network(text), of_network(text.replace(one, other)))) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("lr: 0.02", "lr: 0.01", "Adam learning rate: A states 0.02 (stated by the paper), B states 0.01 (stated by the paper)."),
        ("schedule: constant", "schedule: cosine", "schedule: A states constant (stated by the paper), B states cosine (stated by the paper)."),
        ("epochs: 12", "epochs: 12\n    l2: {coefficient: 0.1, on: kernels}", "L2: A does not say: the default none, B states coefficient 0.1, on kernels (stated by the paper)."),
        ("square: 3", "square: 2", "Not-so-Clevr square: A states 3 (stated by the paper), B states 2 (stated by the paper)."),
        ("seed: 0", "seed: !ours 1", "split seed: A states 0 (stated by the paper), B states 1 (our choice)."),
    ],
)  # fmt: skip
def test_data_and_training(old: str, new: str, expected: str) -> None:
    found = compare(side(SMALL, "dense", **UNIFORM), side(SMALL.replace(old, new, 1), "dense", **UNIFORM))
    assert says(found) == [expected]


def test_a_model_alone_runs_no_differently() -> None:
    text = SMALL[: SMALL.index("data:")] + SMALL[SMALL.index("arms:") : SMALL.index("claims:")]
    found = compare(side(SMALL, "dense", **UNIFORM), side(text, "dense"))
    assert found.same
    assert "training: A states it, B says nothing." in [one.says for one in found.unstated]


LOSSES = """
    intermediate_losses:
      - {at: there, target: one_hot, weight: 0.5, loss: mse_loss}
"""


def test_intermediate_losses_are_known_by_their_layer() -> None:
    text = (
        SMALL.replace("    epochs: 12\n", "    epochs: 12" + LOSSES)
        .replace("      - Flatten\n", "      - {Flatten: {}, as: there}\n")
        .replace("cross_entropy", "mse_loss")
    )
    named = text.replace("there", "point")
    one, other = (side(each, "dense", **UNIFORM) for each in (text, named))
    assert is_empty(compare(one, other))
    heavier = side(named.replace("weight: 0.5", "weight: 0.25"), "dense", **UNIFORM)
    assert says(compare(one, heavier)) == [
        "intermediate loss at 'there': weight: A states 0.5 (stated by the paper), B states 0.25 (stated by the paper)."
    ]
    without = side(text.replace(LOSSES, "\n"), "dense", **UNIFORM)
    assert says(compare(one, without))[0].startswith("intermediate loss: A has one (at there, target one_hot")


def write_lock(path: Path, change: Callable[[dict[str, Any]], None] = lambda content: None) -> Path:
    point = find("coordconv/classification").plan(arms=["deconv"], choose=UNIFORM)[0]
    content = {"lock": point.lock.id, "statement": point.lock.statement(), "completed": list(point.lock.completed)}
    content = json.loads(json.dumps(content))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_lock_is_a_side(tmp_path: Path) -> None:
    spec = traced(find("coordconv/classification"))
    (point,) = spec.plan(arms=["deconv"], choose=UNIFORM)
    found = compare(side_of("spec", spec, point), read_lock_file(write_lock(tmp_path / "lock.json")))
    assert found.same
    assert found.notes == ("B is a lock, which keeps no sources.",)


def test_a_lock_knows_what_it_completed(tmp_path: Path) -> None:
    (point,) = Spec("s", parse(SMALL)).plan(arms=["dense"], choose=UNIFORM)
    path = tmp_path / "small.json"
    content = {"lock": point.lock.id, "statement": point.lock.statement(), "completed": list(point.lock.completed)}
    path.write_text(json.dumps(content))
    assert is_empty_but_for_the_lock(compare(side(SMALL, "dense", **UNIFORM), read_lock_file(path)))


def is_empty_but_for_the_lock(found: Diff) -> bool:
    return not found.runs and not found.unstated and found.notes == ("B is a lock, which keeps no sources.",)


def test_a_changed_lock_is_noticed(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["statement"]["train"]["supervised"]["epochs"] = 3

    assert "was changed by hand" in read_lock_file(write_lock(tmp_path / "lock.json", change)).notes[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c.pop("statement"), "is not a lock: it has no 'statement', as what `specit lock -o` writes has."),
        (lambda c: c["statement"].update(format=2), "has the format 2; this version reads 1."),
        (lambda c: c["statement"].update(networks={}), "is not a lock: it has no networks."),
        (lambda c: c["statement"].update(train=[]), "is not a lock: its section 'train' is no mapping."),
        (lambda c: c["statement"]["networks"].update(network=[]), "the network network has no layers."),
        (lambda c: c["statement"]["networks"]["network"].append({"Relu": {}}), "is an unknown 'Relu'; did you mean 'ReLU'?"),
        (lambda c: c["statement"]["networks"]["network"].append({"ReLU": {}, "from": [99]}), "takes what does not stand before it."),
        (lambda c: c["statement"]["networks"]["network"].append({"ReLU": {}, "Tanh": {}}), "has 2 names."),
        (lambda c: c["statement"]["initialise"].update(Conv2d=3), "it does not say how Conv2d starts"),
    ],
)  # fmt: skip
def test_what_is_no_lock(change: Callable[[dict[str, Any]], None], words: str, tmp_path: Path) -> None:
    with pytest.raises(SpecItError) as raised:
        read_lock_file(write_lock(tmp_path / "lock.json", change))
    assert words in str(raised.value)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(SpecItError, match="There is no lock file"):
        read_lock_file(tmp_path / "none.json")
    for text in ("{", '{"statement": {"format": NaN}}', '{"statement": {"format": -Infinity}}'):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(SpecItError, match="is not valid JSON, and a lock is"):
            read_lock_file(tmp_path / "bad.json")
    with pytest.raises(SpecItError, match="is a folder"):
        read_lock_file(tmp_path)


def test_long_networks_are_compared_in_time() -> None:
    layers: list[dict[str, Any]] = [{"Input": {"shape": [3]}}]
    layers += [{"Scale": {"factor": float(n % 7)}} for n in range(3_000)]
    other = copy.deepcopy(layers)
    other.insert(1_500, {"Tanh": {}})
    other[2_500]["Scale"]["factor"] = 9.0
    found = compare(of_statement(layers), of_statement(other))
    assert len(found.runs) == 2


def test_a_norm_that_starts_as_it_always_does_is_the_same_said_or_not() -> None:
    network = "- Input: {shape: [2, 3, 3]}\n- BatchNorm2d: {num_features: 2}"
    found = compare(of_network(network, initialise="{BatchNorm2d: {weight: ones, bias: zeros}}"), of_network(network))
    assert not found.runs
    assert any("start of weight" in each.says for each in found.unstated)
    assert compare(of_network(network, initialise="{BatchNorm2d: {weight: zeros}}"), of_network(network)).runs
