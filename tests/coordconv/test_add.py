"""Coordinates as extra channels."""

import subprocess
import sys

import pytest
import torch

from coordconv import AddCoords, add_coords, coordinate_grid


@pytest.mark.parametrize("size", [(5,), (4, 3), (1, 3), (2, 3, 4)])
@pytest.mark.parametrize("options", [{}, {"radius": True, "order": "xy", "span": (0, 1), "anchor": "centers"}])
def test_inputs_come_first_and_every_element_gets_the_grid(size, options):
    x = torch.randn(2, 3, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    grid = coordinate_grid(size, dtype=torch.float64, **options)
    out = add_coords(x, **options)
    assert out.shape == (2, 3 + len(grid), *size)
    assert torch.equal(out[:, :3], x)
    assert torch.equal(out[0, 3:], grid)
    assert torch.equal(out[1, 3:], grid)
    assert torch.equal(AddCoords(**options)(x), out)


def test_a_drawn_example():
    # input  7 7    row  -1 -1    column  -1 1    radius  √2 √2
    #        7 7          1  1            -1 1            √2 √2
    root = 2**0.5
    assert torch.equal(
        add_coords(torch.full((1, 1, 2, 2), 7.0), radius=True),
        torch.tensor([[[[7, 7], [7, 7]], [[-1, -1], [1, 1]], [[-1, 1], [-1, 1]], [[root, root], [root, root]]]]),
    )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_dtype_is_kept(dtype):
    assert add_coords(torch.zeros(2, 1, 3, 3, dtype=dtype), radius=True).dtype == dtype


@pytest.mark.parametrize(
    ("shape", "memory_format"),
    [
        ((2, 3, 4, 5), torch.channels_last),
        ((2, 3, 4, 5), torch.contiguous_format),
        ((2, 3, 2, 4, 5), torch.channels_last_3d),
        ((2, 3, 2, 4, 5), torch.contiguous_format),
    ],
)
def test_memory_format_is_kept(shape, memory_format):
    x = torch.zeros(shape).contiguous(memory_format=memory_format)
    assert add_coords(x).is_contiguous(memory_format=memory_format)


def test_an_empty_batch_and_the_gradient_pass_through():
    assert add_coords(torch.zeros(0, 3, 4, 4)).shape == (0, 5, 4, 4)
    x = torch.zeros(2, 1, 3, 3, requires_grad=True)
    add_coords(x).sum().backward()
    assert torch.equal(x.grad, torch.ones(2, 1, 3, 3))


def test_the_module_reads_well_and_stores_nothing():
    assert repr(AddCoords()) == "AddCoords()"
    layer = AddCoords(radius=True, order="xy", span=(0.0, 1.0), anchor="centers")
    assert repr(layer) == "AddCoords(radius=True, order='xy', span=(0.0, 1.0), anchor='centers')"
    assert not layer.state_dict()


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (torch.zeros(4, 4), ValueError, "(N, C, *size) with 1, 2 or 3 spatial axes, but got (4, 4)."),
        (torch.zeros(1, 1, 1, 1, 1, 1), ValueError, "with 1, 2 or 3 spatial axes"),
        (torch.zeros(1, 1, 4, dtype=torch.uint8), TypeError, "floating-point input, but got torch.uint8."),
        (torch.zeros(1, 1, 4, 0), ValueError, "at least 1, but got an input of shape (1, 1, 4, 0)."),
    ],
)
def test_errors_are_one_clear_sentence(x, error, words):
    with pytest.raises(error) as caught:
        add_coords(x)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_option_is_refused_when_the_module_is_made():
    with pytest.raises(ValueError, match="order must be 'ij' or 'xy', but got 'row'"):
        AddCoords(order="row")


def test_importing_coordconv_imports_torch_and_nothing_else_of_ours():
    # What torch itself brings along is torch's affair; nothing may be added to it.
    script = (
        "import sys, torch; before = set(sys.modules); import coordconv;"
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == ["coordconv"]
