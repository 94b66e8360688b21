"""What two experiments have in common and where they differ: in what runs, and in what is stated."""

from .compare import compare as compare
from .difference import Diff as Diff
from .difference import Difference as Difference
from .side import Side as Side
from .side import read_lock_file as read_lock_file
from .side import side_of as side_of
