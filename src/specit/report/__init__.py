"""What people read: figures, one self-contained HTML page, tables for a README and a terminal. No PyTorch."""

from .content import Figure as Figure
from .content import Paper as Paper
from .content import Reading as Reading
from .content import Report as Report
from .content import RunRow as RunRow
from .content import Unstated as Unstated
from .draw import drawn as drawn
from .figures import FIGURES as FIGURES
from .figures import Run as Run
from .html import render as render
from .markdown import replace_between_markers as replace_between_markers
from .markdown import verdict_table as verdict_table
from .text import verdict_lines as verdict_lines
