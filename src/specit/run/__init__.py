"""Plan, execute, resume."""

from .execute import Job as Job
from .execute import Listener as Listener
from .execute import execute as execute
