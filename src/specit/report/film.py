"""Pictures that move: paths walked there and back as an animated WebP, which a page holds within itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from .content import Animation
from .pictures import Bytes, reduced, sheet, upright

SIDE_BY_SIDE = 8
"""How many paths stand in a row."""
EACH, ENDS = 120, 480
"""How long a picture is seen, and those at the ends, in milliseconds."""
EXACT = 200_000
"""How many bytes an exact film may have; one of noise has more, and is kept with some loss."""


def film(title: str, paths: NDArray[Any]) -> Animation:
    """Return `paths`, (P, T, C, H, W) bytes, as a film of all of them side by side, from one end to the other and back.

    The same paths make the same bytes.
    """
    columns = min(len(paths), SIDE_BY_SIDE)
    steps = [sheet(one, columns) for one in reduced(upright(paths)).swapaxes(0, 1)]
    height, width, _ = steps[0].shape
    return Animation(title, _uri(_moving(steps)), _uri(_webp(steps[:1])), (width, height), columns)


def _moving(steps: Sequence[Bytes]) -> bytes:
    there_and_back = [*steps, *steps[-2:0:-1]]
    exact = _webp(there_and_back)
    return exact if len(exact) <= EXACT else _webp(there_and_back, exact=False)


def _webp(pictures: Sequence[Bytes], *, exact: bool = True) -> bytes:
    from PIL import Image

    first, *others = [Image.fromarray(picture) for picture in pictures]
    file = io.BytesIO()
    options: dict[str, Any] = {"lossless": True} if exact else {"quality": 80}
    if others:
        times = [EACH] * len(pictures)
        times[0] = times[len(pictures) // 2] = ENDS
        options |= {"save_all": True, "append_images": others, "duration": times, "loop": 0}
    first.save(file, "WEBP", **options)
    return file.getvalue()


def _uri(webp: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(webp).decode()}"
