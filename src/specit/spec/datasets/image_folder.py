"""What a spec states about pictures that lie in the data folder: files of any kind, or LSUN's database."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..layers.layer import Positive, PositivePair, Shape
from ..model import Model
from .ranges import MAX_NUMBERS, MAX_SIDE


class Prepared(Model):
    """What is done to every picture that is read, in this order: colours, crop, size."""

    size: PositivePair
    """(height, width) that a network sees, in pixels."""
    crop: Literal["centre"] = "centre"
    """Which part is kept: the largest in the middle with the proportions of `size`."""
    resize: Literal["box", "bilinear", "bicubic", "lanczos"]
    """How it is brought to size: Pillow's filter of that name, which averages over what it shrinks."""
    colours: Literal["rgb", "grey"]
    """What the files must hold: a grey picture where colours are stated, or the reverse, is an error."""
    images: Positive | None = None
    """How many are taken, the first in order; none: all."""
    range: tuple[float, float]
    """The numbers that stand for black and for full brightness."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.range[0] < self.range[1]:
            raise ValueError(f"needs a range [black, bright] that goes up, such as [-1, 1], and not {list(self.range)}")
        if max(self.size) > MAX_SIDE:
            raise ValueError(f"a picture has at most {MAX_SIDE:,} pixels a side, and these have {list(self.size)}")
        if (self.images or 1) * self.picture_shape[0] * self.size[0] * self.size[1] > MAX_NUMBERS:
            raise ValueError(f"{self.images:,} pictures of {list(self.size)} would fill more than 1 GiB; state fewer")
        return self

    def stated(self) -> dict[str, Any]:
        """Return everything that concerns the data, as plain data."""
        return self.model_dump(mode="json")

    @property
    def inside(self) -> str:
        """Return the path inside the data folder of what must be there."""
        raise NotImplementedError

    @property
    def what(self) -> str:
        """Return in words what must be there."""
        raise NotImplementedError

    @property
    def picture_shape(self) -> Shape:
        """Return the shape of one picture: (3, H, W), or (1, H, W) in grey."""
        return (3 if self.colours == "rgb" else 1, *self.size)


Inside = Annotated[str, Field(pattern=r"^[^/\\].*$", max_length=500)]
"""A path inside the data folder."""


class ImageFolder(Prepared):
    """All pictures in a folder, and in those inside it, in the order of their paths.

    The folder lies in the data folder, which the environment variable SPECIT_DATA names (`data` where it is not set).
    """

    folder: Inside
    """The folder's path, inside the data folder."""

    @property
    def inside(self) -> str:
        return self.folder

    @property
    def what(self) -> str:
        return "a folder of pictures"


class Lsun(Prepared):
    """A category of LSUN (Yu et al. 2015) as it is handed out: a folder `<category>_<part>_lmdb` with `data.mdb`.

    Pictures come in the order of the database's keys.
    """

    category: str
    """`bedroom`, `church_outdoor`, ..."""
    part: Literal["train", "val"]
    """Which of its parts."""

    @property
    def inside(self) -> str:
        return f"{self.category}_{self.part}_lmdb"

    @property
    def what(self) -> str:
        return f"LSUN's {self.inside} (the unpacked folder with data.mdb, from the download script of fyu/lsun)"
