"""What a network answers with, one kind a file: how it is compared with its target, measured and kept."""

from .answer import Answer as Answer
from .coordinates import Coordinates
from .one_hot import OneHot
from .square import Square

ANSWERS: dict[str, type[OneHot] | type[Square] | type[Coordinates]] = {
    "one_hot": OneHot,
    "square": Square,
    "coordinates": Coordinates,
}
