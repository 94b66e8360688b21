"""What a layer keeps between calls is never stale, never grows, and stays with its layer."""

import copy
import pickle
import sys
import threading

import pytest
import torch
import torch.autograd.forward_ad as forward_ad
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from coordconv import CoordConv1d, CoordConv2d, CoordConv3d, CoordConvTranspose2d


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return CoordConv2d(3, 4, 3, padding=1, radius=True, dtype=torch.float64).eval()


@pytest.fixture
def x(random):
    return random(2, 3, 5, 6)


def step_of_an_optimiser(layer):
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    with torch.enable_grad():
        layer(torch.ones(1, 3, 5, 6, dtype=torch.float64)).sum().backward()
    optimizer.step()


def fused_step_of_an_optimiser(layer):
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.5, fused=True)
    with torch.enable_grad():
        layer(torch.ones(1, 3, 5, 6, dtype=torch.float64)).sum().backward()
    optimizer.step()


def edit_in_place(layer):
    with torch.no_grad():
        layer.weight[:, 3:] += 1
        layer.bias.mul_(2)


def edit_through_data(layer):  # leaves no trace in the version counter
    layer.weight.data[:, 3:] += 1


def edit_through_numpy(layer):
    layer.weight.detach().numpy()[:, 3:] += 1


def edit_under_inference_mode(layer):
    with torch.inference_mode():
        layer.weight[:, 4] *= -1


def replace_the_storage(layer):
    layer.weight.data = layer.weight.data * 3


def replace_the_parameters(layer):
    layer.weight = nn.Parameter(layer.weight.detach() + 1)
    layer.bias = None


def load_a_state_dict(layer):
    layer.load_state_dict({name: value + 1 for name, value in layer.state_dict().items()})


def load_and_assign(layer):
    layer.load_state_dict({name: value + 1 for name, value in layer.state_dict().items()}, assign=True)


def reset_parameters(layer):
    layer.reset_parameters()


def change_the_bias_only(layer):
    layer.bias.data += 1


def change_the_geometry(layer):
    layer.stride, layer.dilation, layer.padding = (2, 1), (1, 2), (1, 2)


def change_the_coordinates(layer):
    layer.order, layer.span, layer.anchor = "xy", (0.0, 1.0), "centers"


def fuse_a_scale(layer):
    layer.weight.data *= torch.tensor([1.0, 2, 3, 4], dtype=torch.float64).reshape(4, 1, 1, 1)


CHANGES = [
    step_of_an_optimiser,
    fused_step_of_an_optimiser,
    edit_in_place,
    edit_through_data,
    edit_through_numpy,
    edit_under_inference_mode,
    replace_the_storage,
    replace_the_parameters,
    load_a_state_dict,
    load_and_assign,
    reset_parameters,
    change_the_bias_only,
    change_the_geometry,
    change_the_coordinates,
    fuse_a_scale,
]


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_seen(concatenating, layer, x, change, mode):
    with mode():
        before = layer(x)
        assert torch.allclose(layer(x), before)
    change(layer)
    with mode():
        after = layer(x)
        assert torch.allclose(after, concatenating(layer, x))
        assert after.shape != before.shape or not torch.allclose(after, before)  # the change is one


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_another_dtype_is_seen(concatenating, layer, x, dtype):
    with torch.no_grad():
        exact = layer(x)
        out = layer.to(dtype)(x.to(dtype))
        assert out.dtype == dtype
        assert torch.allclose(out.double(), exact, atol=0.05)
        layer.double()
        assert torch.allclose(layer(x), concatenating(layer, x))


def test_autocast_is_seen_coming_and_going(layer, x):
    layer, x = layer.float(), x.float()
    with torch.no_grad():
        for _ in range(2):
            exact = layer(x)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                rounded = layer(x)
            assert (exact.dtype, rounded.dtype) == (torch.float32, torch.bfloat16)
            assert torch.allclose(rounded.float(), exact, atol=0.05)


def test_another_memory_format_is_seen(layer, x):
    with torch.no_grad():
        expected = layer(x)
        out = layer(x.to(memory_format=torch.channels_last))
        assert out.is_contiguous(memory_format=torch.channels_last)
        assert torch.allclose(out, expected)
        assert layer(x).is_contiguous()


@pytest.mark.parametrize("name", ["weight_norm", "spectral_norm", "orthogonal"])
def test_a_parametrised_weight_is_seen(concatenating, layer, x, name):
    getattr(nn.utils.parametrizations, name)(layer)
    with torch.no_grad():
        assert torch.allclose(layer(x), concatenating(layer, x))
        for parameter in layer.parameters():
            parameter.data *= 1.5
            parameter.data += 0.1
        assert torch.allclose(layer(x), concatenating(layer, x))


def test_gradients_are_not_lost_to_what_is_kept(layer, x):
    with torch.no_grad():
        layer(x)
    out = layer(x)
    out.sum().backward()
    assert layer.weight.grad[:, 3:].abs().sum() > 0
    assert layer.bias.grad.abs().sum() > 0
    layer.requires_grad_(False)
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(layer(x).sum(), x)
    assert gradient.abs().sum() > 0
    assert torch.allclose(layer(x), out)


def test_a_batch_is_not_added_to_twice(layer, x):
    with torch.no_grad():
        first = layer(x)
        copied = first.clone()
        first += 1  # what the caller does to its result is its own affair
        assert torch.equal(layer(x), copied)


def test_a_copy_and_a_pickle_are_independent_and_carry_nothing(concatenating, layer, x):
    with torch.no_grad():
        before = layer(x)
        for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
            assert not len(other._terms)
            assert not len(other._coordinates)
            assert torch.allclose(other(x), before)
            other.weight += 1
            assert torch.allclose(other(x), concatenating(other, x))
            assert torch.allclose(layer(x), before)


def test_the_size_of_a_pickle_does_not_grow_with_use(layer, x):
    before = len(pickle.dumps(layer))
    with torch.no_grad():
        layer(torch.zeros(1, 3, 200, 200, dtype=torch.float64))
    assert len(pickle.dumps(layer)) == before


@pytest.mark.parametrize("training", [False, True])
def test_nothing_grows_with_ever_changing_sizes(layer, training):
    layer.train(training)
    with torch.set_grad_enabled(training):
        for n in range(1, 60):
            layer(torch.zeros(1, 3, n, 60 - n, dtype=torch.float64))
    assert len(layer._coordinates) <= 8
    assert len(layer._terms) <= 8


def test_a_head_that_serves_five_sizes_computes_each_map_once(layer, monkeypatch):
    maps = []
    compute = CoordConv2d._convolve_coordinates
    monkeypatch.setattr(CoordConv2d, "_convolve_coordinates", lambda *args: maps.append(1) or compute(*args))
    with torch.no_grad():
        for _ in range(3):
            for n in (4, 8, 16, 32, 64):
                layer(torch.zeros(1, 3, n, n, dtype=torch.float64))
    assert len(maps) == 5


def test_a_training_layer_builds_its_coordinates_once(layer, monkeypatch):
    built = []
    build = CoordConv2d._build_coordinates
    monkeypatch.setattr(CoordConv2d, "_build_coordinates", lambda *args: built.append(1) or build(*args))
    for _ in range(3):
        layer.train()(torch.zeros(1, 3, 4, 4, dtype=torch.float64)).sum().backward()
    assert len(built) == 1


def test_what_inference_mode_made_serves_training_and_the_reverse(concatenating, layer, x):
    with torch.inference_mode():
        layer(x)
    layer.train()(x).sum().backward()  # would fail if what is kept were an inference tensor
    layer.eval()
    with torch.inference_mode():
        assert torch.allclose(layer(x), concatenating(layer, x))


def test_a_layer_made_under_inference_mode_works_outside(concatenating, x):
    with torch.inference_mode():
        layer = CoordConv2d(3, 4, 3, dtype=torch.float64)
        inside = layer(x)
    with torch.no_grad():
        assert torch.allclose(layer(x), inside)
        with torch.inference_mode():
            layer.weight += 1  # an inference tensor counts no versions
        assert torch.allclose(layer(x), concatenating(layer, x))


def test_threads_share_a_layer(layer):
    sizes = [(n, m) for n in range(3, 9) for m in (4, 7)]  # more than are kept
    inputs = [torch.full((1, 3, *size), float(number), dtype=torch.float64) for number, size in enumerate(sizes)]
    with torch.no_grad():
        expected = [copy.deepcopy(layer)(x) for x in inputs]
    wrong = []

    def work(start):
        with torch.no_grad():
            for turn in range(60):
                number = (start + turn * (start % 5 + 1)) % len(inputs)
                if not torch.allclose(layer(inputs[number]), expected[number]):
                    wrong.append(number)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(start,)) for start in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not wrong


def test_what_simulates_leaves_nothing_behind(concatenating, layer, x):
    with FakeTensorMode(allow_non_fake_inputs=True) as mode, torch.no_grad():
        layer(mode.from_tensor(x))
    torch.func.vmap(lambda one: layer(one[None])[0])(x)
    torch.func.grad(lambda weight: torch.func.functional_call(layer, {"weight": weight}, x).sum())(layer.weight)
    torch.export.export(layer, (x,))
    assert not len(layer._coordinates)
    assert not len(layer._terms)
    assert torch.allclose(layer(x), concatenating(layer, x))


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")  # torch's own, at first use
def test_a_forward_derivative_is_not_lost_to_what_is_kept(layer, x):
    weight, bias = layer.weight.detach(), layer.bias.detach()
    with torch.no_grad(), forward_ad.dual_level():
        plain = torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)  # kept
        dual = forward_ad.make_dual(weight, weight)
        out = torch.func.functional_call(layer, {"weight": dual, "bias": bias}, x)
        tangent = forward_ad.unpack_dual(out).tangent
        # Linear in the weight: its derivative along the weight is the output without the bias.
        assert torch.allclose(tangent, plain - bias.reshape(-1, 1, 1))
        again = torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)
        assert forward_ad.unpack_dual(again).tangent is None


@pytest.mark.parametrize("kind", [CoordConv1d, CoordConv3d, CoordConvTranspose2d])
def test_every_kind_keeps_what_it_made(concatenating, random, kind, monkeypatch):
    layer = kind(3, 4, 2, dtype=torch.float64)
    x = random(2, 3, *[5] * len(layer.kernel_size))
    with torch.no_grad():
        layer(x)
        monkeypatch.setattr(kind, "_convolve_coordinates", None)
        assert torch.allclose(layer(x), concatenating(layer, x))


def test_a_transposed_layer_keeps_each_output_size_apart(concatenating, random):
    layer = CoordConvTranspose2d(2, 3, 3, stride=2, dtype=torch.float64)
    x = random(1, 2, 4, 5)
    with torch.no_grad():
        for extra in [(0, 0), (1, 1), (0, 1), (1, 1)]:
            out = layer(x, (9 + extra[0], 11 + extra[1]))
            assert torch.allclose(out, concatenating(layer, x, extra))
