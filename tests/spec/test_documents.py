"""A mistake anywhere in a spec is one sentence: what, where, and what may have been meant."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specit.errors import SpecItError
from specit.spec.document import Spec, read_spec
from specit.spec.load import parse
from specit.studies import find

SMALL = Path(__file__).parents[1] / "small.yaml"


def read_all(path: Path) -> Spec:
    """Check everything that can be checked: every point of every arm at every tier."""
    spec = read_spec(path)
    for tier in reversed(spec.tiers):
        spec.plan(tier, everything=True)
    return spec


@pytest.mark.parametrize(
    ("old", "new", "here", "words"),
    [
        # sections
        ("claims:", "claim:", "- id: learns", "A spec has no section 'claim'; did you mean 'claims'?"),
        ("specit: 1", "specit: 2", "specit: 2", "This version reads specs of format 1"),
        ("specit: 1", "specit: true", "specit: true", "This version reads specs of format 1"),
        ("specit: 1\n", "", "title", "needs the section 'specit', which is missing"),
        ("title: A small task\n", "", "specit", "needs the section 'title', which is missing"),
        ("title: A small task", "title: x\npaper: {site: y}", "paper:", "paper has no argument 'site'; did you mean 'cite'?"),
        # data
        ("not_so_clevr: {", "not_so_clever: {", "not_so_clever", "Unknown data set 'not_so_clever'; did you mean 'not_so_clevr' or 'sort_of_clevr'?"),
        ("square: 3", "square: 9", "square: 9", "a square of 9 pixels does not fit the canvas [8, 8]"),
        ("square: 3", "square: three", "square: three", "square: input should be a valid integer, not 'three'"),
        ("coordinates: centred", "coordinates: centered", "centered", "coordinates: input should be 'raw', 'centred', 'unit' or 'fraction', not 'centered'"),
        ("canvas: [8, 8]", "canvas: [8, 5000]", "5000", "a canvas has at most 4,096 pixels a side"),
        ("canvas: [8, 8]", "canvas: 9", "Flatten\n  dense", "The network network ends in 64, but the data ask for 81"),
        ("{fraction: {test: 0.25", "{fractions: {test: 0.25", "fractions", "Unknown split 'fractions'; did you mean 'fraction'?"),
        ("seed: 0}", "seed: -1}", "seed: -1", "seed: input should be greater than or equal to 0, not -1"),
        ("test: 0.25", "test: 1.5", "test: 1.5", "test: input should be less than 1, not 1.5"),
        # training
        ("  supervised:", "  superwised:", "    loss: c", "Unknown procedure 'superwised'; did you mean 'supervised'?"),
        ("    batch_size: 8", "    bach_size: 8", "bach_size", "supervised has no argument 'bach_size'; did you mean 'batch_size'"),
        ("    epochs: 12\n", "", "    loss: c", "supervised needs the argument 'epochs', which is missing"),
        ("    schedule: constant\n", "", "    loss: c", "supervised needs the argument 'schedule', which is missing"),
        ("loss: cross_entropy", "loss: crossentropy", "crossentropy", "Unknown loss 'crossentropy'; did you mean 'cross_entropy'?"),
        ("{Adam: {lr", "{Adm: {lr", "Adm", "Unknown optimizer 'Adm'; did you mean 'Adam' or 'AdamW'?"),
        ("lr: 0.02", "lr: 0.02, beta: 1", "beta: 1", "Adam has no argument 'beta'; did you mean 'betas'?"),
        ("lr: 0.02", "lr: fast", "lr: fast", "Adam: lr: input should be a valid number, not 'fast'"),
        ("lr: 0.02", "lr: 0", "lr: 0", "Adam: lr: input should be greater than 0, not 0"),
        ("schedule: constant", "schedule: {step: {factor: 0.1, evry: 5}}", "evry", "step has no argument 'evry'; did you mean 'every'?"),
        ("schedule: constant", "schedule: {step: {}, constant: {}}", "step: {}", "must have exactly one key, but has 2 (step, constant)"),
        ("evaluate: {test: 1", "evaluate: {tests: 1", "tests: 1", "evaluate has no argument 'tests'; did you mean 'test'"),
        ("last_batch: keep", "last_batch: kept", "kept", "last_batch: input should be 'keep' or 'drop', not 'kept'"),
        ("    epochs: 12\n", "    epochs: 12\n    stop: {test_acuracy: 1}\n", "test_acuracy", "supervised: stop: cannot stop at the unknown measure 'test_acuracy'; did you mean 'test_accuracy'"),
        ("[3, 2]]", "[3]]", "[3]]", "probe.1: the list is too short, it has only 1"),
        # arms and networks
        ("  dense:\n", "  empty: {}\n  dense:\n", "empty: {}", "The arm 'empty' is empty: it needs at least a network"),
        ("  dense:\n", "  nothing:\n  dense:\n", "nothing:", "The arm 'nothing' is empty"),
        ("  dense:\n", "  dense:\n    seed: 5\n", "seed: 5", "The arm 'dense' has no key 'seed'; did you mean 'seeds'?"),
        ("  dense:\n", "  dense:\n    seeds: 0\n", "seeds: 0", "seeds must be a whole number of at least 1"),
        ("  dense:\n", "  dense:\n    seeds: true\n", "seeds: true", "seeds must be a whole number of at least 1"),
        ("      - ReLU\n", "      - Relu\n", "Relu", "Unknown layer or block 'Relu'; did you mean 'ReLU'?"),
        ("      - ReLU\n", "      - {ReLU: {}, Flatten: {}}\n", "ReLU: {}", "A layer must have exactly one key, but has 2 (ReLU, Flatten)"),
        ("      - ReLU\n", "      - Input: {shape: [2]}\n", "16,\n           kernel_size: 1}\n      - Input", "A network begins with its Input, or several, and has no other"),
        ("in_channels: 16,", "in_channels: 8,", "in_channels: 8,", "Conv2d (layer 4) expected 8 input channels, but gets 16 in an input of 16 × 8 × 8"),
        ("kernel_size: 8}", "kernel_size: 7}", "- Flatten\nclaims", "The network network ends in 49, but the data ask for 64"),
        ("[channels, plane], code: channels", "[channels, plane], code: chanels", "chanels", "'tile' has no option 'chanels'; did you mean 'channels'?"),
        ("arms:\n", "initialise: {Conv2: {weight: ones}}\narms:\n", "Conv2:", "Unknown layer 'Conv2'; did you mean 'Conv2d'"),
        ("arms:\n", "initialise: {Conv2d: {wight: ones}}\narms:\n", "wight", "Conv2d has no parameter 'wight'; did you mean 'weight'?"),
        ("arms:\n", "initialise: {Conv2d: {bias: nought}}\narms:\n", "nought", "Unknown initialiser 'nought'"),
        ("arms:\n", "initialise: {Conv2d: {weight: he_normal}}\narms:\n", "he_normal", "he_normal needs the argument 'truncated', which is missing"),
        # blocks
        ("arms:\n", "blocks: {ReLU: {layers: [ReLU]}}\narms:\n", "blocks:", "A block cannot be called 'ReLU': that is a layer"),
        ("arms:\n", "blocks: {b: {layers: []}}\narms:\n", "blocks:", "The block b needs at least one layer"),
        ("arms:\n", "blocks: {b: {with: [c]}}\narms:\n", "blocks:", "The block b needs a list of layers"),
        ("arms:\n", "blocks: {b: {layer: [ReLU]}}\narms:\n", "blocks:", "has the keys with and layers, but not 'layer'"),
        # claims
        ("measure: train_accuracy", "measure: train_acuracy", "train_acuracy", "The claim 'learns': measure: nothing records the measure 'train_acuracy'; did you mean 'train_accuracy'"),
        ("kind: reaches", "kind: reach", "id: learns", "Unknown kind of claim 'reach'; did you mean 'reaches'?"),
        ("    kind: reaches\n", "", "id: learns", "Unknown kind of claim '(none)'"),
        ("arm: coordconv\n    over", "arm: cordconv\n    over", "id: learns", "There is no arm 'cordconv'; did you mean 'coordconv'?"),
        ("    to: coordconv", "    to: sparse", "id: smaller", "There is no arm 'sparse'"),
        ("split: uniform}", "split: unform}", "unform", "The claim 'learns': 'split' has no option 'unform'; did you mean 'uniform'?"),
        ("over: {tile", "over: {tiles", "tiles", "The claim 'learns': no axis 'tiles'; did you mean 'tile'?"),
        ("id: smaller", "id: learns", "id: learns\n    says: It has", "Two claims are called 'learns'"),
        ("tolerance: {because: a test}", "tolerance: {absolute: 0}", "absolute", "needs the argument 'because', which is missing"),
        ("    where: nowhere\n", "", "id: learns", "The claim 'learns' needs the argument 'where', which is missing"),
        # figures and tiers
        ("split_map, says", "split_map, over: {tiles: plane}, says", "tiles: plane", "The figure 'split_map': no axis 'tiles'; did you mean 'tile'?"),
        ("split_map, says", "split_map, over: {tile: [channels, plan]}, says", "plan]", "The figure 'split_map': 'tile' has no option 'plan'; did you mean 'plane'?"),
        ("  - {draw: split_map", "  - {drw: split_map", "drw", "A figure has no argument 'drw'; did you mean 'draw'?"),
        ("  quick:\n", "  quik:\n", "about: a third", "Unknown tier 'quik'; did you mean 'quick'?"),
        ("only: [coordconv]", "only: [cordconv]", None, "There is no arm 'cordconv'; did you mean 'coordconv'?"),
        ("only: [coordconv]", "onyl: [coordconv]", "onyl", "The tier quick has no argument 'onyl'; did you mean 'only'?"),
        ("overlay: {train", "overlay: {tran", "tran:", "The overlay of the tier quick has no key 'tran'; did you mean 'train'?"),
        ("overlay: {train", "overlay: {arms: {dens: {seeds: 1}}, train", "dens:", "There is no arm 'dens'; did you mean 'dense'?"),
        ("overlay: {train", "overlay: {arms: {dense: {sed: 1}}, train", "sed: 1", "The overlay of the arm 'dense' has no key 'sed'; did you mean 'seeds'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, here: str | None, words: str
) -> None:
    text = SMALL.read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecItError) as raised:
        read_all(path)
    said = str(raised.value)
    assert words in said
    assert "\n" not in said
    if here is None:
        return
    assert raised.value.at is not None, said
    # The line where the last piece of `here` before its line break stands.
    start = text.index(here)
    first = text.count("\n", 0, start) + 1
    last = first + here.count("\n")
    assert raised.value.at.file == str(path)
    assert first <= raised.value.at.line <= last, said


def test_the_small_spec_has_no_mistake() -> None:
    assert len(read_all(SMALL).claims) == 2


@pytest.mark.parametrize(
    ("blocks", "use", "words"),
    [
        ("b: {with: [c], layers: [ReLU]}", "b: {}", "The block b needs c."),
        ("b: {with: [chan], layers: [ReLU]}", "b: {chn: 1}", "The block b has no parameter 'chn'; did you mean 'chan'?"),
        ("b: {layers: [{b: {}}]}", "b: {}", "The block b contains itself."),
        ("b: {layers: [{d: {}}]}, d: {layers: [{b: {}}]}", "b: {}", "The block b contains itself."),
        ("b: {with: [c], layers: [{Flatten: {start_dim: $d}}]}", "b: {c: 1}", "Nothing here is called '$d'"),
    ],
)  # fmt: skip
def test_mistakes_with_blocks(blocks: str, use: str, words: str) -> None:
    text = SMALL.read_text(encoding="utf-8").replace("arms:\n", f"blocks: {{{blocks}}}\narms:\n", 1)
    text = text.replace("      - ReLU\n", f"      - {use}\n", 1)
    with pytest.raises(SpecItError) as raised:
        Spec("small", parse(text, "small.yaml")).plan()
    assert words in str(raised.value)
    assert str(raised.value).startswith("small.yaml:")


def test_blocks_of_blocks_cannot_unfold_without_bound() -> None:
    blocks = "b0: {layers: [ReLU]}, " + ", ".join(
        f"b{i}: {{layers: [{', '.join([f'{{b{i - 1}: {{}}}}'] * 10)}]}}" for i in range(1, 12)
    )
    text = SMALL.read_text(encoding="utf-8").replace("arms:\n", f"blocks: {{{blocks}}}\narms:\n", 1)
    text = text.replace("      - ReLU\n", "      - b11: {}\n", 1)
    with pytest.raises(SpecItError, match="unfolds to more than 20,000 layers"):
        Spec("small", parse(text, "small.yaml")).plan()


def test_what_cannot_be_planned() -> None:
    spec = read_spec(SMALL)
    for arguments, words in [
        ({"tier": "quik"}, "small has no tier 'quik'; did you mean 'quick'?"),
        ({"arms": ["dens"]}, "There is no arm 'dens'; did you mean 'dense'?"),
        ({"choose": {"spilt": ["uniform"]}}, "There is no axis 'spilt'; did you mean 'split'?"),
        ({"choose": {"split": ["unform"]}}, "'split' has no option 'unform'; did you mean 'uniform'?"),
    ]:
        with pytest.raises(SpecItError) as raised:
            spec.plan(**arguments)  # type: ignore[arg-type]
        assert words in str(raised.value)


def test_what_a_plan_holds() -> None:
    spec = read_spec(SMALL)
    assert [point.label for point in spec.plan()] == [
        "coordconv · split=uniform · tile=channels",
        "coordconv · split=quadrant · tile=channels",
        "dense · split=uniform",
        "dense · split=quadrant",
    ]
    both = spec.plan(arms=["coordconv"], readings="all", choose={"split": ["quadrant"]})
    assert [point.readings for point in both] == [{"tile": "channels"}, {"tile": "plane"}]
    assert [point.selection["split"] for point in both] == ["quadrant", "quadrant"]
    assert len(spec.plan(everything=True)) == 4 + 2
    assert {point.arm for point in spec.plan("quick")} == {"coordconv"}


def test_departures_of_tiers() -> None:
    text = SMALL.read_text(encoding="utf-8")
    text = text.replace(
        "epochs: 4}}}", "epochs: {name: tile, each: {channels: 4, plane: 2}}, batch_size: 8}}, seeds: 3}"
    )
    spec = Spec("small", parse(text))
    said = {
        point.selection["tile"]: point.departures
        for point in spec.plan("quick", choose={"tile": ["channels", "plane"]})
    }
    assert said == {
        "channels": ("train.supervised.epochs: 4 instead of 12",),
        "plane": ("train.supervised.epochs: 2 instead of 12",),
    }
    assert all(point.departures == () for point in spec.plan("full"))
    assert {point.lock.train[1].settings.epochs for point in spec.plan("full")} == {12}


def test_departures_of_the_real_study() -> None:
    spec = find("coordconv/classification")
    for tier in ("instant", "quick"):
        for point in spec.plan(tier):
            (said,) = point.departures
            assert said == (
                f"train.supervised.epochs: {point.lock.train[1].settings.epochs} instead of "
                f"{50 if point.arm == 'coordconv' else 1000}"
            )


def test_a_seed_count_can_vary_with_an_axis() -> None:
    spec = find("coordconv/classification")
    assert {(p.selection["tile"], p.seeds) for p in spec.plan("quick", arms=["coordconv"])} == {
        ("channels", 5),
        ("plane", 1),
    }


def test_choices_without_bound_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specit.spec.document.MAX_POINTS", 3)
    spec = read_spec(Path(__file__).parents[1] / "small.yaml")
    with pytest.raises(SpecItError, match="The choices of small make more than 3 points"):
        spec.plan(everything=True)


def test_an_arm_has_one_network() -> None:
    small = (Path(__file__).parents[1] / "small.yaml").read_text()
    start, end = small.index("  dense:\n    network:\n"), small.index("claims:")
    network = small[start:end].replace("  dense:\n    network:\n", "").replace("      - ", "        - ")
    arm = f"  dense:\n    networks:\n      one:\n{network}      two:\n{network}"
    spec = Spec("two", parse(small[:start] + arm + small[end:], "two.yaml"))
    with pytest.raises(
        SpecItError, match=r"two\.yaml:\d+: The procedure supervised takes one network, but this arm has 2"
    ):
        spec.plan(arms=["dense"])


def test_a_tier_chooses_among_conditions_too(changed: Callable[..., Spec]) -> None:
    spec = changed(("    only: [coordconv]\n", "    only: [coordconv]\n    choose: {split: quadrant}\n"))
    assert {point.selection["split"] for point in spec.plan("quick")} == {"quadrant"}
    assert {point.selection["split"] for point in spec.plan("full")} == {"uniform", "quadrant"}
    opened = spec.plan("quick", readings="all")
    assert {(point.selection["split"], point.selection["tile"]) for point in opened} == {
        ("quadrant", "channels"),
        ("quadrant", "plane"),
    }
    again = spec.plan("quick", choose={"split": ["uniform"]})
    assert {point.selection["split"] for point in again} == {"uniform"}


MODEL = """specit: 1
title: A model alone
arms:
  model:
    network:
      - Input: {shape: [3]}
      - Linear: {in_features: 3, out_features: 2}
"""


def test_a_model_alone_is_described_but_not_run() -> None:
    (point,) = Spec("model", parse(MODEL, "model.yaml")).plan()
    assert sorted(point.lock.statement()) == ["format", "initialise", "networks"]
    assert point.lock.parameters == 8
    assert point.lock.draws  # its parameters start as PyTorch's defaults draw them
    with pytest.raises(SpecItError) as raised:
        point.lock.require_all()
    assert str(raised.value) == "model.yaml:5: The section 'data' is missing; without it nothing can be run."


def test_training_without_data_is_checked_as_far_as_it_goes() -> None:
    untrained = "train: {untrained: {loss: cross_entropy, precision: float32, batch_size: 64}}\n"
    (point,) = Spec("model", parse(MODEL + untrained, "model.yaml")).plan()
    assert point.lock.train[0] == "untrained"
    with pytest.raises(SpecItError, match="The section 'data' is missing"):
        _ = point.lock.dataset
