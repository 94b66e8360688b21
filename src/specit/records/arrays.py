"""Arrays as one `.npz` file whose bytes depend on the arrays alone, and a digest for each array."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from specit.errors import SpecItError

Array = npt.NDArray[Any]

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can state
_UNIX = 3
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)  # what zipfile makes of altered bytes


def digest(array: Array) -> str:
    """Return the SHA-256 of an array's type, shape and numbers, whatever its layout in memory.

    >>> a = np.arange(6).reshape(2, 3)
    >>> digest(a) == digest(np.asfortranarray(a)), digest(a) == digest(a.ravel())
    (True, False)
    """
    header = f"{array.dtype.str} {array.shape} ".encode()
    return hashlib.sha256(header + array.tobytes(order="C")).hexdigest()


def pack(arrays: Mapping[str, Array]) -> bytes:
    """Return the arrays as the bytes of a compressed `.npz` file: the same arrays give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            array = arrays[name]
            if array.dtype.hasobject:
                raise SpecItError(f"The array '{name}' holds Python objects; a record keeps numbers only.")
            entry = zipfile.ZipInfo(f"{name}.npy", _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX  # else the file would tell on which system it was written
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(array, order="C"), allow_pickle=False)
            archive.writestr(entry, member.getvalue())
    return buffer.getvalue()


def names(path: Path) -> set[str]:
    """Return the names of the arrays in a file, from its directory alone; ValueError if it has none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()}
    except _BROKEN as error:
        raise ValueError(str(error)) from error


def unpack(path: Path) -> dict[str, Array]:
    """Return the arrays of a file; ValueError where it is cut short or altered."""
    try:
        with zipfile.ZipFile(path) as archive:
            # Each member is read whole, and so checked, before NumPy believes what it says about its size.
            return {name.removesuffix(".npy"): _array(archive.read(name)) for name in archive.namelist()}
    except _BROKEN as error:
        raise ValueError(str(error)) from error


def _array(member: bytes) -> Array:
    array: Array = np.lib.format.read_array(io.BytesIO(member), allow_pickle=False)
    return array
