"""What a killed run needs to go on: written whole or not at all, at the end of every epoch."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

from specit.errors import SpecItError
from specit.records.atomic import write_atomically


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a training's state."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_atomically(path, buffer.getvalue())


def load(path: Path, device: torch.device) -> dict[str, Any] | None:
    """Return the state that was saved last, or None if there is none. Nothing but plain data is unpickled."""
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # a damaged file fails in as many ways as there are formats inside it
        raise SpecItError(
            f"The checkpoint {path} is damaged ({type(error).__name__}); delete it and the run begins anew."
        ) from error
    return state
