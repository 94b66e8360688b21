"""The page docs/layer/conformance.md: what is written around the table, and the table."""

from __future__ import annotations

from benchmarks.conformance.behaviours import BEHAVIOURS, Behaviour, Cell
from benchmarks.conformance.implementations import IMPLEMENTATIONS

MARKS = {True: "✓ ", False: "✗ ", None: ""}

INTRODUCTION = """\
# Conformance

What `coordconv` and seven other CoordConv layers do with the same inputs. Every cell is computed, the others' from \
[restatements](../../benchmarks/peers.py) of what they publish. ✓ is right, ✗ is not, – is a question that does not \
arise; a cell with the name of an error says that the layer ended in it.

This page is written by `python -m benchmarks.conformance --write`, and a test compares it with what that computes.
"""

SOURCES = """\
## The implementations

| | read in |
| --- | --- |
| released code | [uber-research/CoordConv](https://github.com/uber-research/CoordConv), `CoordConv.py` at 27fab8b, \
TensorFlow 1 |
| mkocabas | [mkocabas/CoordConv-pytorch](https://github.com/mkocabas/CoordConv-pytorch), `CoordConv.py` at 7081f3d |
| walsvid | [walsvid/CoordConv](https://github.com/walsvid/CoordConv), `coordconv.py` at 4e62786, with \
`use_cuda=False` |
| Wizaron | [Wizaron/coord-conv-pytorch](https://github.com/Wizaron/coord-conv-pytorch), `coord_conv.py` at 6de065c |
| titu1994 | [titu1994/keras-coordconv](https://github.com/titu1994/keras-coordconv), `coord.py` at 6dfb039, Keras |
| PaddleDetection | [PaddlePaddle/PaddleDetection](https://github.com/PaddlePaddle/PaddleDetection), \
`ppdet/modeling/necks/yolo_fpn.py` at 0d10f05, Paddle |
| SOLO | [WXinlong/SOLO](https://github.com/WXinlong/SOLO), `mmdet/models/anchor_heads/solo_head.py` at f4cd03b |

All restatements are in PyTorch. For the three originals that are not, they cannot show what becomes of dtypes, \
devices, groups and exports, and those cells are left out. The restatements of mkocabas, walsvid and Wizaron gave, bit \
for bit, what the originals gave when they were written.

## Read in the sources

What no restatement can show:

- **released code**: the size of the image is an argument of the layer, and fixed.
- **mkocabas**: an older pair of classes in the same file, `AddCoordsTh` and `CoordConvTh`, has a fixed size and \
leaves its maps on the CPU in single precision.
- **walsvid**: tests `torch.cuda.is_available`, which is not called and so always true. With the default \
`use_cuda=True` it moves the input and the maps to the default GPU, wherever the layer is, and without a GPU ends in \
an error. It takes no `padding_mode`.
- **Wizaron**: also has a transposed layer, and a converter of models, which takes the first `nn.Sequential` it finds \
and returns every intermediate output.
- **titu1994**: finds the axis of the channels in Keras's global setting and not in its argument `data_format`, which \
rank 1 ignores. It has a radius for images only.
- **PaddleDetection**: its maps are in single precision, and batch normalisation is part of the layer. The channels \
may come last.
- **SOLO**: is no layer but the same lines in six files. The decoupled heads append x to one branch and y to the \
other; the kernel head of SOLOv2 appends the maps and then resizes them with the input, so that they no longer end \
at -1 and 1.
"""


def page(table: str) -> str:
    """Return the whole page."""
    rows = "\n".join(f"- **{row.title}**: {row.input}. Right: {row.right}. {row.why}" for row in BEHAVIOURS)
    return "\n".join([INTRODUCTION, table, "", "## The rows", "", rows, "", SOURCES])


def table() -> str:
    """Return the table, every cell computed now."""
    names = [implementation.name for implementation in IMPLEMENTATIONS]
    head = [_line(["", *names]), _line(["---"] * (len(names) + 1))]
    return "\n".join([*head, *map(line, BEHAVIOURS)])


def line(behaviour: Behaviour) -> str:
    """Return the row of one behaviour, every cell computed now."""
    return _line([behaviour.title, *(_cell(behaviour.of(implementation)) for implementation in IMPLEMENTATIONS)])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    return MARKS[cell.conforms] + cell.text
