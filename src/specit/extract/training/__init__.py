"""From a training's own objects to the sections `data` and `train` of a spec: what they say, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn

from ..extracted import Extracted
from .loader import batches_of, data_of
from .loss import loss_of
from .optimizer import optimizer_of
from .precision import autocast_of, precision_of
from .said import OPEN, Said
from .schedule import schedule_of
from .setup import Setup as Setup
from .setup import read_setup as read_setup
from .setup import setup_of as setup_of


@dataclass(frozen=True)
class ExtractedTraining:
    """A training as a spec describes it. `extracted` is the model, its layers named where a group speaks of them."""

    extracted: Extracted
    data: Mapping[str, Said]
    train: Mapping[str, Said]

    @property
    def open(self) -> tuple[str, ...]:
        """Return the names of what the setup does not say."""
        sections = (("data", self.data), ("train", self.train))
        return tuple(f"{section}.{name}" for section, parts in sections for name, said in parts.items() if said.open)

    @property
    def found(self) -> str:
        """Return in a sentence what the setup says."""
        said = {name: next(iter(one.value)) for name, one in self.train.items() if isinstance(one.value, dict)}
        parts = [said[name] for name in ("optimizer", "schedule", "loss") if name in said]
        if "groups" in self.train and self.train["groups"].value:
            count = len(self.train["groups"].value)
            parts.insert(1, f"{count} group{'' if count == 1 else 's'} of other arguments")
        batch, examples = self.train["batch_size"].value, self.data["examples"].value
        parts += [f"batches of {batch}"] if batch else []
        about = f" of {self.data['about'].value}" if examples else ""
        parts += [f"{examples:,} examples{about}"] if examples else []
        epochs = self.train["epochs"].value
        parts += [f"{epochs} epochs"] if epochs is not None else []
        return f"Training: {', '.join(parts)}." if parts else "Training: nothing that the language has a word for."

    def yaml(self, title: str, about: str = "") -> str:
        """Return the spec of the model and its training; all that is stated comes from their code."""
        lines = ["data: !code", "  elsewhere:"]
        for name, said in self.data.items():
            lines += said.lines(name, "    ")
        lines += ["", "train: !code", "  supervised:"]
        for name, said in self.train.items():
            lines += said.lines(name, "    ")
        model = self.extracted.yaml(title, about).splitlines()
        place = model.index("arms:")
        return "\n".join([*model[:place], *lines, "", *model[place:]]) + "\n"


def extract_training(setup: Setup, extracted: Extracted, model: nn.Module | None = None) -> ExtractedTraining:
    """Return the training of a setup, beside the model that was extracted: `model`, if the setup has none of its own.

    Raises `SpecItError` where the setup contradicts itself or the model. What it does not say is open.
    """
    found = optimizer_of(setup, extracted, model)
    optional = {
        "clip_norm": Said(None if setup["clip_norm"] is None else float(setup["clip_norm"])),
        "accumulation_steps": Said(setup["accumulation_steps"] or 1),
    }
    train = {
        "loss": loss_of(setup),
        "optimizer": found.optimizer,
        **({"groups": found.groups} if found.groups else {}),
        **{name: said if name in setup else OPEN for name, said in optional.items()},
        "schedule": schedule_of(setup),
        **batches_of(setup),
        "epochs": Said(setup["epochs"]) if setup["epochs"] is not None else OPEN,
        "precision": precision_of(setup),
        "autocast": autocast_of(setup),
        "weights": OPEN,
        "evaluate": OPEN,
    }
    return ExtractedTraining(found.extracted, data_of(setup), train)
