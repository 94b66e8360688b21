"""Where `specit run --log` also writes what runs say: one tool a file, each imported when it is asked for."""

from .logged import Logged as Logged
from .open import check_name as check_name
from .open import open_logger as open_logger
