"""Memory that was freed is used again, without a page being fetched."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

import specit

MEMORY = Path(specit.__file__).parent / "run" / "memory.py"
FAULTS = """
import resource, runpy, sys
import numpy as np

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        np.ones(2**20)  # 8 MB, 2048 pages
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

fresh = faults()
runpy.run_path(sys.argv[1])["keep_freed_memory"]()
faults()
print(fresh, faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_freed_memory_is_used_again():
    said = subprocess.run(
        [sys.executable, "-c", FAULTS, str(MEMORY)], capture_output=True, text=True, check=True
    ).stdout
    fresh, kept = map(int, said.split())
    assert kept < 100
    assert fresh > 10 * kept
