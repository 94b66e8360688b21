"""What a run ran on: versions, machine, device, threads."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy
import torch

import specit
from specit.errors import SpecItError


def describe(device: torch.device, processes: int = 1) -> dict[str, str]:
    """Return what may change a run's numbers or its time; `processes` are said where they share one training."""
    described = {
        "specit": specit.__version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": numpy.__version__,
        "platform": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "device": _device_name(device),
        "threads": str(torch.get_num_threads()),
    }
    return described | {"processes": str(processes)} if processes > 1 else described


@contextmanager
def one_thread() -> Iterator[None]:
    """Let every operation of PyTorch compute on one thread while the block lasts."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def find_device(name: str) -> torch.device:
    """Return the device that a user asks for: `cpu`, `cuda`, `cuda:1`, `mps`; `auto` takes the best there is."""
    # Deterministic matrix products on a GPU need this before its first one.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise SpecItError(f"The device '{name}' cannot be used here: {reason}. Try --device cpu.") from None
    return device


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def _cpu() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
