"""What the pages say beside what the code says of itself: introductions, and keys that no model describes."""

from __future__ import annotations

INDEX = """
# The reference of the spec language

Every word of the language, written from the code: what it means, what it takes, and an example that is read each time
the tests run. How the parts go together is told in [spec.md](../spec.md).
"""
TAGS = """
# Tags and choices

## Tags

Where a value comes from stands before it. A tag on a mapping holds for everything in it that has none of its own.
`!paper` may be written, too.
"""
CHOICES = """
## Choices

Wherever a value may stand, so may a choice: several, each of which makes an experiment of its own.
"""
ENTRIES = """
# Entries of a network

A network is a list: [layers](README.md) and blocks by name, and these.
"""
BLOCKS = """
## Blocks

A block is used like a layer. `$k` stands for its parameter k, `$(2 * k)` for whole-number arithmetic (`+ - * //`).
"""
INITIALISERS = """
# Initialisers

How a parameter starts: in the section `initialise`, for a parameter of a kind of layer, or beside a layer, for its own.
One number stands for all, nested lists for each. What is random is drawn from a generator of the run's seed, parameter
by parameter, in the order of the layers.

The fan-in is how many numbers go into an output (`weight.size(1)` × the kernel's size), the fan-out how many outputs a
number goes into (`weight.size(0)` × the kernel's size). Of a transposed convolution it is the other way round, in
PyTorch as in TensorFlow. A layer with a kernel of its own at each pixel counts as the convolution that it is there;
only `he_normal_fan_out` counts its pixels, too, as PyTorch would.
"""
DATA = """
# Data

What `data` holds: one data set, and a split, unless the data are elsewhere.
"""
SPLITS = """
# Splits

Which examples are for testing: what `split` holds.
"""
PROCEDURES = """
# Procedures

What `train` holds: one of these.
"""
DESCRIBED = """
Of data that are [elsewhere](data.md#elsewhere) training is described, and not run. `!unstated null` says that nobody
states something.
"""
GROUP = """
## Group

What some parameters have instead of what all have: `on` says which, the names of layers (`as:`), of a parameter of one
(`point.bias`), or kinds of parameters; `frozen: true` leaves them as they start; any argument of the optimiser stands
over its own. Of two groups that hold a parameter, the later one counts.
"""
LOSSES = """
What `loss` holds, for the output or for a layer between.
"""
DESCRIBED_LOSSES = """
For data that are `elsewhere`: nothing is run, so that every argument of PyTorch's may be stated.
"""
OPTIMIZERS = """
What `optimizer` holds. Switches of speed are left out: they change no number.
"""
CLAIMS = """
# Claims

What `claims` holds: a list of these. Every claim has the arguments below, and those of its `kind`.
"""
MEASURES = """
# Measures

What a claim may compare, and a training may stop at (those of the two parts).
"""

SECTIONS = {
    "specit": "the format: 1",
    "title": "what this is, in a line",
    "about": "what this is, in some lines",
    "paper": "[what is replicated](#paper)",
    "blocks": "[named lists of layers](entries.md#blocks) with parameters; `from`: files beside this one with more",
    "data": "[one data set](data.md), and `split`",
    "initialise": "[an initialiser](initialisers.md) for each parameter of each kind of layer",
    "train": "[one procedure](procedures.md)",
    "seeds": "how many seeds each point is run with: 0, 1, ...",
    "arms": "[what is compared](#arms)",
    "claims": "[the paper's sentences](claims.md), testable",
    "figures": "[what the report draws](figures.md)",
    "tiers": "[which arms and options run](#tiers), and what they state differently",
    "tune": "[what a search may change](#tune), and what it chooses by",
}
TUNE = {
    "measure": "what a search chooses by: a measure of the part that is held out, called `test_...` as of any other",
    "hold_out": "[a split](data.md#splits) of the training examples: what is held out judges the trials; it may be a "
    "choice",
    "seed": "what each trial is trained with; 0 if it is not stated",
    "overlay": "what every trial states differently, under `initialise` or `train`, such as fewer epochs",
    "space": "the ranges of all arms: what stands under `initialise`, `train`, `network` or `networks`, with a range "
    "in place of a value",
    "arms": "the ranges of one arm, by its name, over those of all",
}
RANGES = {
    "uniform: [low, high]": "any number between two, both included",
    "log_uniform: [low, high]": "the same, drawn evenly over its logarithm; both above 0",
    "integer: [low, high]": "any whole number between two, both included",
    "one_of: [...]": "one of some values",
}
ARM = {
    "network": "a list of [entries](entries.md), or `{layers: [...], outputs: [name, ...]}`",
    "networks": "several, each with a name",
    "parameters": "how many trainable numbers the arm is said to have, which `specit check` compares",
    "data": "over the section of that name",
    "initialise": "over the section of that name",
    "train": "over the section of that name",
    "seeds": "over the section of that name",
}
CHOICE = {
    "each": "the options: a list, or names with values",
    "sweep": "the options, to search among",
    "name": "the axis; without it, the key that the choice stands under. Choices of one name vary together",
    "code": "the option that the authors' code takes",
}
BESIDE = {
    "initialise": "How the layer's own parameters start, over the section `initialise`: "
    "[initialisers](initialisers.md), one number, or all of them as nested lists in the order of PyTorch's axes.",
    "parallel": "Branches that all take what the entry takes, and the [layer that joins](layers/joining.md) what they "
    "make; an empty branch is what it takes.",
    "repeat": "The same layers `times` times, each time with parameters of their own.",
}
