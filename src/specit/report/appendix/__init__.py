"""The table that a paper's supplement should have had: every value of a spec, and where it is from."""

from .compose import compose_appendix as compose_appendix
from .content import Appendix as Appendix
from .html import to_html as to_html
from .latex import to_latex as to_latex
from .markdown import to_markdown as to_markdown
