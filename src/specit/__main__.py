"""`python -m specit`."""

from specit.cli import main

main()
