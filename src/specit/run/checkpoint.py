"""What a killed run needs to go on, as bytes: its state at the end of an epoch."""

from __future__ import annotations

import io
from typing import Any

import torch

from specit.errors import SpecItError


def pack(state: dict[str, Any]) -> bytes:
    """Return a training's state as bytes."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


def unpack(data: bytes, where: str, device: torch.device) -> dict[str, Any]:
    """Return the state that `pack` was given; `where` names it in a message. Only plain data is unpickled."""
    try:
        state: dict[str, Any] = torch.load(io.BytesIO(data), map_location=device, weights_only=True)
    except Exception as error:  # a damaged file fails in as many ways as there are formats inside it
        raise SpecItError(
            f"The checkpoint {where} is damaged ({type(error).__name__}); delete it and the run begins anew."
        ) from error
    return state
