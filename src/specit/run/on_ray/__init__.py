"""Runs on a Ray cluster: this process gives them out, hears how they go on, and keeps what they make."""

from .fleet import OnRay as OnRay
