"""Layers under what PyTorch does to layers: transforms, compilers, derivatives, precision, processes."""

import copy

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn

import coordconv
from coordconv import CoordConv2d, CoordConvTranspose2d

LAYERS = [f"CoordConv{kind}{rank}d" for kind in ("", "Transpose") for rank in (1, 2, 3)]


@pytest.fixture(params=LAYERS)
def layer(request):
    torch.manual_seed(0)
    kind = getattr(coordconv, request.param)
    return kind(4, 6, 3, stride=2, padding=1, groups=2, radius=True, dtype=torch.float64)


@pytest.fixture
def x(random, layer):
    return random(3, 4, *(5, 6, 4)[: len(layer.kernel_size)])


@pytest.mark.parametrize("training", [True, False])
def test_compiles_whole_with_sizes_that_change(concatenating, random, layer, training):
    compiled = torch.compile(layer.train(training), fullgraph=True, dynamic=True, backend="aot_eager")
    rank = len(layer.kernel_size)
    with torch.set_grad_enabled(training):
        for size in [(5, 6, 4), (7, 4, 6), (8, 9, 5)]:
            x = random(2, 4, *size[:rank])
            assert torch.allclose(compiled(x), concatenating(layer, x))
    torch.compiler.reset()


def test_compiled_derivatives_are_those_of_the_layer(layer, x):
    compiled = torch.compile(layer, fullgraph=True, dynamic=True, backend="aot_eager")
    ours = torch.autograd.grad(compiled(x).square().sum(), list(layer.parameters()))
    eager = torch.autograd.grad(layer(x).square().sum(), list(layer.parameters()))
    for one, other in zip(ours, eager, strict=True):
        assert torch.allclose(one, other)
    torch.compiler.reset()


@pytest.mark.parametrize("strict", [True, False])
def test_exports(layer, x, strict):
    expected = layer(x)
    with torch.no_grad():
        layer(x)  # what is kept must not become part of the program
    program = torch.export.export(layer, (x,), strict=strict)
    assert torch.allclose(program.module()(x), expected)


def test_exports_with_sizes_that_change(concatenating, random):
    layer = CoordConv2d(3, 4, 3, padding=1, dtype=torch.float64)
    auto = torch.export.Dim.AUTO
    program = torch.export.export(layer, (random(2, 3, 6, 7),), dynamic_shapes=({0: auto, 2: auto, 3: auto},))
    x = random(3, 3, 9, 5)
    assert torch.allclose(program.module()(x), concatenating(layer, x))


def test_transforms_over_inputs_and_over_parameters(layer, x):
    out = layer(x)
    assert torch.allclose(torch.func.vmap(lambda one: layer(one))(x), out)
    assert torch.allclose(torch.func.vmap(lambda one: layer(one[None])[0])(x), out)

    def run(weight, bias):
        return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)

    weight, bias = layer.weight.detach(), layer.bias.detach()
    weights, biases = torch.stack([weight, 2 * weight]), torch.stack([bias, -bias])
    for dims, arguments in [((0, 0), (weights, biases)), ((0, None), (weights, bias)), ((None, 0), (weight, biases))]:
        both = torch.func.vmap(run, in_dims=dims)(*arguments)
        for number in range(2):
            picked = [a if d is None else a[number] for d, a in zip(dims, arguments, strict=True)]
            assert torch.allclose(both[number], run(*picked))


def test_derivatives_of_each_example(layer, x):
    parameters = {name: parameter.detach() for name, parameter in layer.named_parameters()}

    def loss(parameters, one):
        return torch.func.functional_call(layer, parameters, one[None]).square().sum()

    each = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))(parameters, x)
    layer(x).square().sum().backward()
    for name, parameter in layer.named_parameters():
        assert torch.allclose(each[name].sum(0), parameter.grad)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")  # torch's own, at first use
@pytest.mark.parametrize("name", LAYERS)
def test_derivatives(random, name):
    kind, rank = getattr(coordconv, name), int(name[-2])
    layer = kind(2, 2, 2, stride=2, padding=1, groups=2, radius=True, dtype=torch.float64)

    def function(x, weight, bias):
        return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)

    inputs = [random(2, 2, *(3, 2, 2)[:rank], seed=3), *layer.parameters()]
    inputs = [tensor.detach().requires_grad_() for tensor in inputs]
    assert torch.autograd.gradcheck(function, inputs, check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(function, inputs)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("kind", [CoordConv2d, CoordConvTranspose2d])
def test_derivatives_are_those_of_concatenation(concatenating, random, kind, memory_format):
    layer = kind(4, 4, 3, padding=1, groups=2, dtype=torch.float64).to(memory_format=memory_format)
    x = random(5, 4, 6, 4).to(memory_format=memory_format).requires_grad_()
    wanted = [x, *layer.parameters()]
    ours = torch.autograd.grad(layer(x).square().sum(), wanted)
    theirs = torch.autograd.grad(concatenating(layer, x).square().sum(), wanted)
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, rtol=1e-10, atol=1e-10)


def test_autocast(layer, x):
    layer, x = layer.float(), x.float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = layer(x)
    assert out.dtype == torch.bfloat16
    assert torch.allclose(out.float(), layer(x), atol=0.05)
    out.float().square().sum().backward()
    assert layer.weight.grad.dtype == torch.float32


@pytest.mark.parametrize("keep", [True, False])
def test_neighbours_stay_apart_in_half_precision(keep):
    # bfloat16 has 8 bits: on 1,024 pixels the coordinates of neighbours would be equal. The layer rounds only its
    # output, here column × 1,024, whose neighbours differ by 2.
    layer = CoordConv2d(1, 1, 1, bias=False)
    layer.load_state_dict({"weight": torch.tensor([0.0, 0.0, 1024.0]).reshape(1, 3, 1, 1)})
    x = torch.zeros(1, 1, 1, 1024)
    with torch.set_grad_enabled(not keep), torch.autocast("cpu", dtype=torch.bfloat16):
        under_autocast = layer(x)
    with torch.set_grad_enabled(not keep):
        in_bfloat16 = layer.bfloat16()(x.bfloat16())
    for out in (under_autocast, in_bfloat16):
        middle = out[0, 0, 0, 448:576]  # within ±128, where bfloat16 holds every number of the sum to 1
        assert (middle[1:] > middle[:-1]).all()


def test_the_meta_device(layer, x):
    out = copy.deepcopy(layer).to("meta")(x.to("meta"))
    assert out.device.type == "meta"
    assert out.shape == layer(x).shape
    with torch.no_grad():
        assert copy.deepcopy(layer).to("meta")(x.to("meta")).shape == out.shape
    made = type(layer)(4, 6, 3, device="meta")
    assert made.to_empty(device="cpu").weight.device.type == "cpu"


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("training", [True, False])
def test_channels_last_is_kept(concatenating, random, rank, kernel, training):
    memory_format = {2: torch.channels_last, 3: torch.channels_last_3d}[rank]
    layer = getattr(coordconv, f"CoordConv{rank}d")(3, 4, kernel).train(training)
    x = random(2, 3, *(8, 6, 5)[:rank], dtype=torch.float32)
    expected = concatenating(layer, x)
    plain = nn.Sequential(getattr(nn, f"Conv{rank}d")(3, 4, kernel)).to(memory_format=memory_format)
    with torch.set_grad_enabled(training):
        out = layer.to(memory_format=memory_format)(x.to(memory_format=memory_format))
        assert out.stride() == plain(x.to(memory_format=memory_format)).stride()
    assert torch.allclose(out, expected, atol=1e-6)


def test_an_empty_batch(layer, x):
    out = layer(x[:0])
    assert out.shape == (0, *layer(x).shape[1:])
    out.sum().backward()
    with torch.no_grad():
        assert layer(x[:0]).shape == out.shape


def test_checkpointing_recomputes_the_same(layer, x):
    x.requires_grad_()
    out = torch.utils.checkpoint.checkpoint(layer, x, use_reentrant=False)
    (one,) = torch.autograd.grad(out.square().sum(), x)
    (other,) = torch.autograd.grad(layer(x).square().sum(), x)
    assert torch.equal(one, other)


def _train_in_one_of_two_processes(rank, store, results):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
    model = _small_model()
    parallel = nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(parallel.parameters(), lr=0.1)
    for x in _batches():
        optimizer.zero_grad()
        parallel(x[2 * rank : 2 * rank + 2]).square().mean().backward()
        optimizer.step()
    if rank == 0:
        torch.save(model.state_dict(), results)
    dist.destroy_process_group()


def _small_model():
    torch.manual_seed(0)
    return nn.Sequential(CoordConv2d(3, 4, 3), nn.ReLU(), CoordConvTranspose2d(4, 2, 3, radius=True)).double()


def _batches():
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(4, 3, size, 6, dtype=torch.float64, generator=generator) for size in (5, 7, 5)]


def test_two_processes_train_as_one(tmp_path):
    mp.spawn(_train_in_one_of_two_processes, (tmp_path / "store", tmp_path / "results"), nprocs=2)
    together = torch.load(tmp_path / "results")
    model = _small_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x in _batches():
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
    for name, value in model.state_dict().items():
        assert torch.allclose(together[name], value, rtol=1e-9)
