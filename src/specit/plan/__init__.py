"""What a selection of runs would take, before anything is run: epochs, operations, time by the records there are."""

from .choose import most_telling as most_telling
from .estimate import Estimate as Estimate
from .estimate import Estimator as Estimator
from .work import flop_of_an_example as flop_of_an_example
