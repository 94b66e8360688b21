"""Bytes under a line that says whose they are and what their digest is."""

from __future__ import annotations

import hashlib

_BEGINS = b"specit sealed "


class BrokenSealError(Exception):
    """Why sealed bytes cannot be trusted: the rest of a sentence that begins with the file's name."""


def seal(data: bytes, owner: str) -> bytes:
    """Return the bytes under their seal.

    >>> seal(b"weights", "3f2a/seed-0").partition(b"\\n")[2]
    b'weights'
    """
    return _line(data, owner) + data


def unseal(sealed: bytes, owner: str) -> bytes:
    """Return what was sealed for `owner`; bytes that never were sealed as they are."""
    line, end, data = sealed.partition(b"\n")
    if not line.startswith(_BEGINS):
        return sealed
    if line + end != _line(data, owner):
        if line.split(b" ")[2:3] != [owner.encode()]:
            raise BrokenSealError("belongs to another run, or was altered")
        raise BrokenSealError("is cut short or was altered")
    return data


def _line(data: bytes, owner: str) -> bytes:
    return _BEGINS + owner.encode() + b" " + hashlib.sha256(data).hexdigest().encode() + b"\n"
