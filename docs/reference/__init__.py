"""The reference of the spec language, written from the code: `python -m docs.reference --write`."""
