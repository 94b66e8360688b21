"""What runs leave behind: plain data (`Record`) in a durable place (`Store`), and its measures."""

from .atomic import write_atomically as write_atomically
from .measures import better_than as better_than
from .measures import measured as measured
from .measures import reaches as reaches
from .measures import value as value
from .record import Evaluation as Evaluation
from .record import Record as Record
from .store import Damaged as Damaged
from .store import DamagedRecordError as DamagedRecordError
from .store import Store as Store
