"""Ranges that several arguments share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

NotNegative = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(gt=0)]
