"""Ranges that several data sets and splits share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Share = Annotated[float, Field(gt=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
"""What NumPy's legacy generator takes."""
MAX_SIDE = 4096
MAX_NUMBERS = 2**30
"""How many numbers all pictures of a data set may hold: 4 GiB."""
