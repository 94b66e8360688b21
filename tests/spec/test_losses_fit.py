"""Which loss goes with which target, losses in the middle of a network, and when training may end."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import pytest

from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock
from specit.spec.measures import MEASURES, taken
from specit.spec.training import Supervised, Untrained
from specit.spec.training.losses import LOSSES, LOSSES_FOR

SPEC = """specit: 1
title: Losses
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: centred, target: square, brightness: 1.0}
  split: {fraction: {test: 0.25, seed: 0}}
train:
  supervised:
    loss: mse_loss
    optimizer: {Adam: {lr: 0.02}}
    schedule: constant
    batch_size: 8
    micro_batch: 4
    last_batch: keep
    shuffle: each_epoch
    epochs: 4
    precision: float32
    weights: final
    evaluate: {test: 1, train: 2}
arms:
  guided:
    network:
      - Input: {shape: [2]}
      - {Linear: {in_features: 2, out_features: 2}, as: place}
      - {Linear: {in_features: 2, out_features: 64}, as: point}
      - {Unflatten: {dim: 1, unflattened_size: [1, 8, 8]}, as: picture}
      - {Flatten: {}, as: pixels}
      - Unflatten: {dim: 1, unflattened_size: [1, 8, 8]}
"""
LOSS, DATA = "    loss: mse_loss\n", "target: square, brightness: 1.0"
PLACE = "{at: place, target: coordinates, weight: 0.5, loss: mse_loss}"
POINT = "{at: point, target: one_hot, weight: 0.1, loss: cross_entropy}"


def lock(*replacements: tuple[str, str], tier: str = "full") -> Lock:
    text = SPEC
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    (point,) = Spec("losses", parse(text, "losses.yaml")).plan(tier)
    return point.lock


def between(stated: str, *more: tuple[str, str]) -> Lock:
    return lock((LOSS, f"{LOSS}    intermediate_losses: {stated}\n"), *more)


def refused(*replacements: tuple[str, str]) -> str:
    with pytest.raises(SpecItError) as raised:
        lock(*replacements)
    return str(raised.value)


ENDS = {
    "one_hot": "- Linear: {in_features: 2, out_features: 64}",
    "square": "- Linear: {in_features: 2, out_features: 64}\n      - Unflatten: {dim: 1, unflattened_size: [1, 8, 8]}",
    "coordinates": "- Linear: {in_features: 2, out_features: 2}",
}


@pytest.mark.parametrize("procedure", ["supervised", "untrained"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("target", ENDS)
def test_every_loss_and_every_target(procedure: str, loss: str, target: str) -> None:
    """By hand: an index for cross-entropy, pictures for two more, coordinates for errors alone."""
    fits = {
        ("one_hot", "cross_entropy"), ("one_hot", "binary_cross_entropy_with_logits"), ("one_hot", "mse_loss"),
        ("square", "binary_cross_entropy_with_logits"), ("square", "mse_loss"),
        ("coordinates", "mse_loss"), ("coordinates", "l1_loss"), ("coordinates", "smooth_l1_loss"),
        ("coordinates", "huber_loss"),
    }  # fmt: skip
    start, end = SPEC.index("train:"), SPEC.index("arms:")
    train = SPEC[start:end].replace("mse_loss", loss)
    if procedure == "untrained":
        train = f"train:\n  untrained:\n    loss: {loss}\n    precision: float32\n    batch_size: 8\n"
    layers = SPEC.index("      - {Linear")
    said = f"target: {target}" + (", brightness: 1.0" if target == "square" else "")
    text = (SPEC[:start] + train + SPEC[end:layers] + "      " + ENDS[target] + "\n").replace(DATA, said)
    spec = Spec("losses", parse(text, "losses.yaml"))
    if (target, loss) in fits:
        assert isinstance(spec.plan()[0].lock.train[1], Supervised if procedure == "supervised" else Untrained)
        return
    with pytest.raises(SpecItError) as raised:
        spec.plan()
    may = " or ".join(known for known in LOSSES if (target, known) in fits)
    assert str(raised.value) == (
        f"losses.yaml:8: The loss {loss} cannot compare an output with the target {target}; it may be {may}."
    )


def test_a_loss_may_be_a_word_or_a_mapping() -> None:
    word = lock()
    for mapping in ("{mse_loss: {reduction: mean}}", "{mse_loss: {}}", "{mse_loss: }"):
        assert lock((LOSS, f"    loss: {mapping}\n")).id == word.id
    assert "train.supervised.loss.reduction = 'mean'" in word.completed
    full = lock((LOSS, "    loss: {mse_loss: {reduction: mean}}\n"))
    assert "train.supervised.loss.reduction = 'mean'" not in full.completed
    assert between(f"[{POINT}]").id == between(f"[{POINT.replace('cross_entropy', '{cross_entropy: {}}')}]").id
    assert lock((LOSS, "    loss: binary_cross_entropy_with_logits\n")).id != word.id


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (LOSS, "", "losses.yaml:8: supervised needs the argument 'loss', which is missing."),
        ("    loss: ", "    los: ", "losses.yaml:8: supervised has no argument 'los'; did you mean 'loss'?"),
        ("mse_loss", "mean_squared", "losses.yaml:8: Unknown loss 'mean_squared'; known: binary_cross_entropy_with_logits, cross_entropy, huber_loss, l1_loss, mse_loss, smooth_l1_loss"),
        ("mse_loss", "", "losses.yaml:8: A loss must be a mapping (key: value), not nothing."),
        ("mse_loss", "{mse_loss: {}, cross_entropy: {}}", "losses.yaml:8: A loss must have exactly one key, but has 2 (mse_loss, cross_entropy)."),
        ("mse_loss", "{mse_loss: {reduction: sum}}", "losses.yaml:8: mse_loss: reduction: input should be 'mean', not 'sum'."),
        ("mse_loss", "{mse_loss: {label_smoothing: 0.1}}", "losses.yaml:8: mse_loss has no argument 'label_smoothing'; known: reduction"),
        ("    schedule: constant", "    intermediate_loss: []\n    schedule: constant", "losses.yaml:10: supervised has no argument 'intermediate_loss'; did you mean 'intermediate_losses'?"),
    ],
)  # fmt: skip
def test_losses_that_are_wrong(old: str, new: str, words: str) -> None:
    assert refused((old, new)) == words


def test_a_network_without_parameters_cannot_be_trained() -> None:
    start = SPEC.index("      - {Linear")
    layers = "      - Tile: {size: [8, 8], into: plane}\n"
    words = "losses.yaml:8: The network network has no parameters, so nothing can be trained; state the procedure untrained."
    assert refused((SPEC[start:], layers)) == words
    train = SPEC[SPEC.index("train:") : SPEC.index("arms:")]
    assert lock((SPEC[start:], layers), (train, UNTRAINED)).parameters == 0


def test_none_between_is_nothing_stated() -> None:
    silent = lock()
    assert between("null").id == between("[]").id == between("").id == silent.id
    assert "intermediate_losses" not in silent.statement()["train"]["supervised"]


def test_losses_between_are_stated() -> None:
    one = between(f"[{PLACE}, {POINT}]")
    assert one.statement()["train"]["supervised"]["intermediate_losses"] == [
        {"at": "place", "target": "coordinates", "weight": 0.5, "loss": {"mse_loss": {"reduction": "mean"}}},
        {"at": "point", "target": "one_hot", "weight": 0.1, "loss": {"cross_entropy": {"reduction": "mean", "label_smoothing": 0.0}}},
    ]  # fmt: skip
    assert "train.supervised.intermediate_losses.point.label_smoothing = 0.0" in one.completed
    for other in (f"[{PLACE}]", f"[{POINT}, {PLACE}]", f"[{PLACE.replace('0.5', '0.6')}, {POINT}]"):
        assert between(other).id != one.id
    assert between("[{at: picture, target: square, weight: 1, loss: binary_cross_entropy_with_logits}]")
    assert between(f"[{POINT}, {POINT.replace('cross_entropy', 'mse_loss')}]")  # two at one place


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (PLACE.replace("place", "plaice"), "No layer is called 'plaice'; did you mean 'place' or 'picture'?"),
        (PLACE.replace("at: place", "at: point"), "The layer 'point' makes 64, but the target coordinates is 2."),
        (POINT.replace("at: point", "at: picture"), "The layer 'picture' makes 1 × 8 × 8, but the target one_hot is 64."),
        ("{at: pixels, target: square, weight: 1, loss: mse_loss}", "The layer 'pixels' makes 64, but the target square is 1 × 8 × 8."),
        (PLACE.replace("mse_loss", "cross_entropy"), "The loss cross_entropy cannot compare an output with the target coordinates; it may be mse_loss or l1_loss or smooth_l1_loss or huber_loss."),
        ("{at: picture, target: square, weight: 1, loss: cross_entropy}", "The loss cross_entropy cannot compare an output with the target square; it may be binary_cross_entropy_with_logits or mse_loss."),
        (PLACE.replace(", loss: mse_loss", ""), "An intermediate loss needs the argument 'loss', which is missing."),
        (PLACE.replace("loss", "los"), "An intermediate loss has no argument 'los'; did you mean 'loss'?"),
        (PLACE.replace("weight", "wieght"), "An intermediate loss has no argument 'wieght'; did you mean 'weight'?"),
        (PLACE.replace("weight: 0.5, ", ""), "An intermediate loss needs the argument 'weight', which is missing."),
        (PLACE.replace("0.5", "0"), "An intermediate loss: weight: input should be greater than 0, not 0."),
        (PLACE.replace("0.5", "-1"), "An intermediate loss: weight: input should be greater than 0, not -1."),
        (PLACE.replace("target: coordinates", "target: bump"), "An intermediate loss: target: input should be 'one_hot', 'square' or 'coordinates', not 'bump'."),
        (PLACE.replace("at: place", "at: 1"), "An intermediate loss: at: input should be a valid string, not 1."),
        (PLACE.replace("mse_loss", "mse"), "Unknown loss 'mse'; known: binary_cross_entropy_with_logits, cross_entropy, huber_loss, l1_loss, mse_loss, smooth_l1_loss"),
        ("place", "An intermediate loss must be a mapping (key: value), not the text 'place'."),
    ],
)  # fmt: skip
def test_losses_between_that_are_wrong(stated: str, words: str) -> None:
    listed = f"{LOSS}    intermediate_losses:\n      - {POINT}\n      - {stated}\n"
    assert refused((LOSS, listed)) == f"losses.yaml:11: {words}"


def test_losses_between_are_a_list() -> None:
    said = refused((LOSS, f"{LOSS}    intermediate_losses: {PLACE}\n"))
    assert said == "losses.yaml:9: intermediate_losses must be a list, not a mapping."


def test_a_loss_between_where_nothing_has_a_name() -> None:
    names = [(f"as: {name}}}", "}") for name in ("place", "point", "picture", "pixels")]
    said = refused((LOSS, f"{LOSS}    intermediate_losses: [{PLACE}]\n"), *((f", {old}", new) for old, new in names))
    assert said == "losses.yaml:9: No layer is called 'place'; no layer has a name (as:)."


def test_a_loss_between_needs_what_it_is_compared_with() -> None:
    """Coordinates may be stated for its sake alone; the brightness of a square that nobody sees may not."""
    one_hot = [
        (DATA, "target: one_hot"),
        ("      - Unflatten: {dim: 1, unflattened_size: [1, 8, 8]}\n", ""),
        (LOSS, f"{LOSS}    intermediate_losses: [{PLACE}]\n"),
    ]
    assert lock(*one_hot)
    latent = ("input: coordinates, coordinates: centred", "input: latent, latent: {size: 2, seed: 0}")
    assert refused(*one_hot, latent) == (
        "losses.yaml:9: The data do not state how coordinates are written ('coordinates')."
    )
    assert lock(*one_hot, (latent[0], f"{latent[1]}, coordinates: unit"))
    square = (PLACE, "{at: picture, target: square, weight: 1, loss: mse_loss}")
    assert refused(*one_hot, square) == (
        "losses.yaml:9: Only data whose input or target is the square state its brightness, and these have neither, "
        "so no layer can be compared with it."
    )


UNTRAINED = "train:\n  untrained:\n    loss: mse_loss\n    precision: float32\n    batch_size: 8\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    loss: mse_loss\n", "", "losses.yaml:8: untrained needs the argument 'loss', which is missing."),
        ("    loss: ", "    los: ", "losses.yaml:8: untrained has no argument 'los'; did you mean 'loss'?"),
        ("    precision: float32\n", "", "losses.yaml:8: untrained needs the argument 'precision', which is missing."),
        ("batch_size: 8", "batch_size: 0", "losses.yaml:10: untrained: batch_size: input should be greater than or equal to 1, not 0."),
        ("batch_size: 8", "batch_size: 8\n    epochs: 3", "losses.yaml:11: untrained has no argument 'epochs'; known: batch_size, loss, precision, probe"),
        ("  untrained:", "  untrain:", "losses.yaml:8: Unknown procedure 'untrain'; did you mean 'untrained'?"),
        ("float32", "float64", "losses.yaml:9: untrained: precision: input should be 'float32', not 'float64'."),
    ],
)  # fmt: skip
def test_untrained_that_is_wrong(old: str, new: str, words: str) -> None:
    start, end = SPEC.index("train:"), SPEC.index("arms:")
    assert UNTRAINED.count(old) == 1
    assert refused((SPEC[start:end], UNTRAINED.replace(old, new))) == words
    assert lock((SPEC[start:end], UNTRAINED)).train[1].epochs == 0


def test_untrained_takes_the_place_of_supervised() -> None:
    """In an arm and in a tier's overlay: one procedure by another, not the two of them together."""
    own = "    train: {untrained: {loss: mse_loss, precision: float32, batch_size: 8}}\n"
    assert lock(("  guided:\n", f"  guided:\n{own}")).train[0] == "untrained"
    tiers = f"tiers:\n  instant:\n    about: x\n    overlay:\n  {own}arms:\n"
    assert lock(("arms:\n", tiers), tier="instant").train[0] == "untrained"
    assert lock(("arms:\n", tiers)).train[0] == "supervised"


def test_a_tier_may_change_the_losses_between() -> None:
    over = "tiers: {instant: {about: x, overlay: {train: {supervised: {intermediate_losses: STATED}}}}}\narms:\n"
    stated = (LOSS, f"{LOSS}    intermediate_losses: [{PLACE}]\n")
    none = lock(stated, ("arms:\n", over.replace("STATED", "null")), tier="instant")
    assert none.id == lock().id
    other = lock(stated, ("arms:\n", over.replace("STATED", f"[{POINT}]")), tier="instant")
    assert other.id == between(f"[{POINT}]").id
    spec = Spec("losses", parse(SPEC.replace(*stated).replace("arms:\n", over.replace("STATED", "null"))))
    (point,) = spec.plan("instant")
    assert any(said.startswith("train.supervised.intermediate_losses: None instead of [") for said in point.departures)


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        ("{test_iou: 1.0, train_iou: 1.0}", ""),
        ("{train_loss: 0.1, test_accuracy: 1}", ""),
        ("null", ""),
        ("{test_euclidean: 0.0}", "Training cannot end at test_euclidean, which is not measured where the target is square and the loss mse_loss; known: test_accuracy, test_iou, train_accuracy, train_iou, train_loss"),
        ("{test_cross_entropy: 0.0}", "Training cannot end at test_cross_entropy, which is not measured where the target is square and the loss mse_loss; known: test_accuracy, test_iou, train_accuracy, train_iou, train_loss"),
        ("{seconds: 5}", "supervised: stop: cannot stop at the unknown measure 'seconds'; known: "),
        ("{test_uoi: 1.0}", "supervised: stop: cannot stop at the unknown measure 'test_uoi'; did you mean 'test_iou'"),
    ],
)  # fmt: skip
def test_training_ends_only_at_what_is_measured(stop: str, words: str) -> None:
    change = (LOSS, f"{LOSS}    stop: {stop}\n")
    if not words:
        assert lock(change)
        return
    assert refused(change).startswith(f"losses.yaml:9: {words}")
    assert "known: parameters" not in refused(change)


def test_every_measure_that_is_taken_has_a_meaning() -> None:
    for target, losses in LOSSES_FOR.items():
        for loss in losses:
            for name in taken(target, loss):
                assert {f"train_{name}", f"test_{name}"} <= MEASURES.keys()
