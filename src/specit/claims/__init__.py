"""Claims judged: evidence in, one of six words and a sentence of numbers out."""

from .judge import judge as judge
from .judge import judge_all as judge_all
from .verdict import Evidence as Evidence
from .verdict import Finding as Finding
from .verdict import Verdict as Verdict
from .verdict import Word as Word
