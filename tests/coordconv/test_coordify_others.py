"""`coordify` on models that others wrote: with zeros they compute what they did, and they train and reload as before.

Every model is made from a small configuration with random numbers: nothing is downloaded.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import nn

from coordconv import CoordConv2d, CoordConvTranspose2d, coordify


def resnet():
    transformers = pytest.importorskip("transformers")
    return transformers.ResNetForImageClassification(
        transformers.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], num_labels=3)
    )


def convnext():
    transformers = pytest.importorskip("transformers")
    return transformers.ConvNextModel(
        transformers.ConvNextConfig(hidden_sizes=[8, 16], depths=[1, 1], num_stages=2, layer_scale_init_value=1.0)
    )


def unet():
    nets = pytest.importorskip("monai.networks.nets")
    return nets.UNet(spatial_dims=2, in_channels=3, out_channels=2, channels=(4, 8, 16), strides=(2, 2))


def nature_cnn():
    torch_layers = pytest.importorskip("stable_baselines3.common.torch_layers")
    return torch_layers.NatureCNN(frames(3, 36, 36), features_dim=16)


def frames(*shape):
    gymnasium, numpy = pytest.importorskip("gymnasium"), pytest.importorskip("numpy")
    return gymnasium.spaces.Box(0, 255, shape, numpy.uint8)


@dataclass(frozen=True)
class Others:
    make: Callable[[], nn.Module]
    convolutions: int
    first: str


MODELS = [
    Others(resnet, 8, "resnet.embedder.embedder.convolution"),
    Others(convnext, 4, "embeddings.patch_embeddings"),
    Others(unet, 5, "model.0.conv"),
    Others(nature_cnn, 3, "cnn.0"),
]
every_model = pytest.mark.parametrize("others", MODELS, ids=lambda others: others.make.__name__)


def trained(model):
    """Stand in for training: every parameter and every running statistic becomes another."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
        for buffer in model.buffers():
            if buffer.is_floating_point():
                buffer.add_(0.1 * torch.rand(buffer.shape, generator=generator))
    return model


def output(model, x):
    out = model(x)
    return out if isinstance(out, torch.Tensor) else out[0]  # transformers gives a tuple with names


def images(dtype=torch.float32):
    return torch.rand(2, 3, 36, 36, dtype=dtype, generator=torch.Generator().manual_seed(0))


@every_model
@pytest.mark.parametrize("where", ["first", "all"])
def test_with_zeros_a_model_computes_what_it_did(others, where):
    plain = trained(others.make())
    for dtype, training in [(torch.float32, False), (torch.float64, False), (torch.float64, True)]:
        plain.to(dtype).train(training)
        model, _ = coordify(copy.deepcopy(plain), where=where, init="zero", radius=True)
        before, after = output(plain, images(dtype)), output(model, images(dtype))
        assert torch.equal(after, before)
        changed, _ = coordify(copy.deepcopy(plain), where=where, init="default", radius=True)
        assert not torch.allclose(output(changed, images(dtype)), before)  # this comparison can fail


@every_model
def test_names_order_and_keys_stay(others):
    plain = others.make()
    model, summary = coordify(copy.deepcopy(plain), where="all")
    assert list(model.state_dict()) == list(plain.state_dict())
    assert [name for name, _ in model.named_modules()] == [name for name, _ in plain.named_modules()]
    assert len(summary.changed) == others.convolutions
    assert summary.left == ()


@every_model
def test_the_first_convolution_is_the_one_that_sees_the_image(others):
    model, summary = coordify(others.make())
    assert [change.names for change in summary.changed] == [(others.first,)]
    assert len(summary.left) == others.convolutions - 1
    assert model.get_submodule(others.first).in_channels == 3


@every_model
def test_a_step_of_training_moves_the_coordinates(others):
    model, summary = coordify(trained(others.make()), where="all")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    output(model, images()).square().mean().backward()
    optimizer.step()
    for change in summary.changed:
        layer = model.get_submodule(change.names[0])
        inputs = change.weight_before[0 if layer.transposed else 1]
        assert layer.weight.narrow(0 if layer.transposed else 1, inputs, 2).count_nonzero() > 0, change


@every_model
def test_a_checkpoint_loads_into_a_model_swapped_likewise(others):
    model, _ = coordify(trained(others.make()), where="all", init="default")
    other, _ = coordify(others.make(), where="all")
    other.load_state_dict(model.state_dict())
    assert torch.equal(output(other.eval(), images()), output(model.eval(), images()))


def test_a_pretrained_model_is_loaded_and_then_swapped(tmp_path):
    trained(resnet()).save_pretrained(tmp_path)
    plain = type(resnet()).from_pretrained(tmp_path)
    model, _ = coordify(type(resnet()).from_pretrained(tmp_path))
    assert type(model.get_submodule(MODELS[0].first)) is CoordConv2d
    assert torch.equal(output(model, images()), output(plain, images()))


@pytest.mark.parametrize("make", [resnet, convnext])
def test_a_model_that_checks_the_channels_of_its_images_goes_on_doing_so(make):
    model, _ = coordify(make())
    with pytest.raises(ValueError, match="channel dimension of the pixel values match"):
        model(torch.zeros(1, 5, 36, 36))


def test_the_transposed_convolutions_of_a_u_net_are_swapped():
    model, summary = coordify(unet(), where=lambda name, module: module.transposed)
    assert {change.after for change in summary.changed} == {"CoordConvTranspose2d"}
    assert sum(type(module) is CoordConvTranspose2d for module in model.modules()) == 2


def agent(**arguments):
    policies, spaces = pytest.importorskip("stable_baselines3.common.policies"), pytest.importorskip("gymnasium.spaces")
    return policies.ActorCriticCnnPolicy(frames(3, 36, 36), spaces.Discrete(2), lambda progress: 1e-3, **arguments)


def test_an_extractor_that_actor_and_critic_share_stays_shared():
    policy, summary = coordify(agent())
    assert summary.changed[0].names == (
        "features_extractor.cnn.0",
        "pi_features_extractor.cnn.0",
        "vf_features_extractor.cnn.0",
    )
    assert policy.pi_features_extractor.cnn[0] is policy.vf_features_extractor.cnn[0]


def test_a_model_that_swaps_its_own_trains_all_parameters_of_an_agent():
    class CoordNatureCNN(type(nature_cnn())):
        def __init__(self, *arguments, **keywords):
            super().__init__(*arguments, **keywords)
            coordify(self)

    policy = agent(features_extractor_class=CoordNatureCNN)
    trained_parameters = {id(parameter) for group in policy.optimizer.param_groups for parameter in group["params"]}
    assert {id(parameter) for parameter in policy.parameters()} == trained_parameters
