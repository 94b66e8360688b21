"""The data sets and splits that a spec can state, with every argument. Making them is `specit.data`'s."""

from .elsewhere import ELSEWHERE as ELSEWHERE
from .elsewhere import Elsewhere as Elsewhere
from .image_folder import ImageFolder as ImageFolder
from .image_folder import Lsun as Lsun
from .image_folder import Prepared as Prepared
from .not_so_clevr import Latent as Latent
from .not_so_clevr import NotSoClevr as NotSoClevr
from .sort_of_clevr import SortOfClevr as SortOfClevr
from .splits import DIVIDING as DIVIDING
from .splits import SPLITS as SPLITS
from .splits import WITHIN_TRAIN as WITHIN_TRAIN
from .splits import Bernoulli as Bernoulli
from .splits import Everything as Everything
from .splits import Fraction as Fraction
from .splits import Quadrant as Quadrant
from .splits import Split as Split
from .splits import WithinTrain as WithinTrain

Dataset = NotSoClevr | SortOfClevr | ImageFolder | Lsun
DATASETS: dict[str, type[Dataset]] = {
    "not_so_clevr": NotSoClevr,
    "sort_of_clevr": SortOfClevr,
    "image_folder": ImageFolder,
    "lsun": Lsun,
}
"""The data sets that SpecIt makes, or finds in the data folder."""
