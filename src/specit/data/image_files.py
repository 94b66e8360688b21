"""Pictures from the data folder: files in a folder, or LSUN's database, each brought to the size that is stated."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError
from specit.spec.datasets.image_folder import ImageFolder, Lsun, Prepared
from specit.spec.datasets.splits import Split

from .folder import find
from .pictures import Pictures
from .splits import in_test, used

if TYPE_CHECKING:
    from PIL.Image import Image

FILES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp")
"""How the names of pictures end, in any case."""


def pictures(stated: ImageFolder | Lsun, split: Split) -> Pictures:
    """Read the pictures that are stated, each as (C, H, W) bytes."""
    entries = _files(stated) if isinstance(stated, ImageFolder) else _entries(stated)
    read = [_prepared(where, data, stated) for where, data in islice(entries, stated.images)]
    if not read or len(read) < (stated.images or 0):
        wanted = f"{stated.images:,} are stated" if stated.images else "at least one is needed"
        raise SpecItError(f"{find(stated)} holds {len(read):,} pictures, and {wanted}.")
    low, high = stated.range
    nowhere = np.zeros((len(read), 2), dtype=np.int16)  # nobody knows what they show, so no split can go by place
    return Pictures(np.stack(read)[used(split, nowhere)], in_test(split, nowhere), low, high)


def _files(stated: ImageFolder) -> Iterator[tuple[str, bytes]]:
    root = find(stated)
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() in FILES and path.is_file():
            yield str(path), path.read_bytes()


def _entries(stated: Lsun) -> Iterator[tuple[str, bytes]]:
    try:
        lmdb = import_module("lmdb")
    except ImportError:
        raise SpecItError('Reading LSUN needs the package lmdb: pip install "specit-ml[lsun]".') from None
    root = find(stated)
    try:
        with lmdb.open(str(root), readonly=True, lock=False, readahead=False) as database, database.begin() as view:
            for key, value in view.cursor():
                yield f"{root}, entry {key.decode(errors='replace')}", value
    except lmdb.Error as error:
        raise SpecItError(f"{root} is no LMDB database that can be read: {error}.") from None


def _prepared(where: str, data: bytes, stated: Prepared) -> NDArray[np.uint8]:
    """Return one picture as (C, H, W) bytes."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as opened:
            grey = opened.mode in ("1", "L", "LA", "I", "I;16", "F")
            picture = opened.convert("RGB" if stated.colours == "rgb" else "L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise SpecItError(f"{where} is no picture that can be read: {error}; remove it or get it anew.") from None
    if grey != (stated.colours == "grey"):
        found = "grey" if grey else "in colour"
        raise SpecItError(f"{where} is {found}, and the spec states colours: {stated.colours}.")
    height, width = stated.size
    by = Image.Resampling[stated.resize.upper()]
    resized = picture.resize((width, height), by, box=_middle(picture, height, width))
    array = np.asarray(resized, dtype=np.uint8)
    return array[None] if array.ndim == 2 else array.transpose(2, 0, 1)


def _middle(picture: Image, height: int, width: int) -> tuple[float, float, float, float]:
    """Return the largest box in the middle with the proportions height : width."""
    scale = min(picture.width / width, picture.height / height)
    left, top = (picture.width - width * scale) / 2, (picture.height - height * scale) / 2
    return left, top, left + width * scale, top + height * scale
