"""An example of every entry of the reference. Where all arguments have defaults, it may be left out.

A layer has the shapes that go in, and itself as it stands in a network. Everything else is as it stands in a spec.
"""

from __future__ import annotations

Shape = tuple[int, ...]

LAYERS: dict[str, tuple[tuple[Shape, ...], str]] = {
    "AdaptiveAvgPool2d": (((8, 13, 9),), "AdaptiveAvgPool2d: {output_size: 1}"),
    "AdaptiveMaxPool2d": (((8, 13, 9),), "AdaptiveMaxPool2d: {output_size: [4, 3]}"),
    "Add": (((8, 5, 5), (8, 5, 5)), "{Add: {}, from: [a, b]}"),
    "AddCoords": (((3, 32, 32),), "AddCoords: {radius: true}"),
    "AvgPool2d": (((8, 12, 12),), "AvgPool2d: {kernel_size: 2}"),
    "BatchNorm1d": (((32,),), "BatchNorm1d: {num_features: 32}"),
    "BatchNorm2d": (((8, 32, 32),), "BatchNorm2d: {num_features: 8, eps: 1.0e-3, momentum: 0.01}"),
    "Concatenate": (((3, 5, 5), (8, 5, 5)), "{Concatenate: {dim: 1}, from: [a, b]}"),
    "Conv2d": (
        ((3, 32, 32),),
        "Conv2d: {in_channels: 3, out_channels: 8, kernel_size: 3, stride: 2, padding: 1, bias: false}",
    ),
    "ConvTranspose2d": (
        ((8, 16, 16),),
        "ConvTranspose2d: {in_channels: 8, out_channels: 4, kernel_size: 4, stride: 2, padding: 1}",
    ),
    "CoordConv2d": (((3, 32, 32),), "CoordConv2d: {in_channels: 3, out_channels: 8, kernel_size: 1, radius: true}"),
    "CoordConvTranspose2d": (
        ((8, 16, 16),),
        "CoordConvTranspose2d: {in_channels: 8, out_channels: 4, kernel_size: 2, stride: 2}",
    ),
    "Crop2d": (((4, 9, 9),), "Crop2d: {left: 0, right: 1, top: 0, bottom: 1}"),
    "Dropout": (((64,),), "Dropout: {p: 0.2}"),
    "Dropout2d": (((8, 5, 5),), "Dropout2d: {p: 0.2}"),
    "ELU": (((64,),), "ELU: {alpha: 0.5}"),
    "Flatten": (((8, 5, 5),), "Flatten: {start_dim: 1, end_dim: -1}"),
    "FourierFeatures": (((2,),), "FourierFeatures: {frequencies: 6}"),
    "FourierFeatures2d": (
        ((3, 32, 32),),
        "FourierFeatures2d: {frequencies: 6, span: [-1.0, 1.0], anchor: corners}",
    ),
    "GELU": (((64,),), "GELU: {approximate: tanh}"),
    "Gaussian": (((64,),), "Gaussian"),
    "GroupNorm": (((8, 5, 5),), "GroupNorm: {num_groups: 4, num_channels: 8}"),
    "Hardsigmoid": (((64,),), "Hardsigmoid"),
    "Hardswish": (((64,),), "Hardswish"),
    "Hardtanh": (((64,),), "Hardtanh: {min_val: 0.0, max_val: 6.0}"),
    "Identity": (((64,),), "Identity"),
    "Input": (((3, 224, 224),), "Input: {shape: [3, 224, 224], dtype: float32}"),
    "InstanceNorm2d": (((8, 5, 5),), "InstanceNorm2d: {num_features: 8, affine: true}"),
    "LayerNorm": (((8, 64),), "LayerNorm: {normalized_shape: 64}"),
    "LeakyReLU": (((64,),), "LeakyReLU: {negative_slope: 0.2}"),
    "LearnedScale": (((8, 5, 5),), "LearnedScale: {shape: [8, 1, 1]}"),
    "LearnedShift": (((8, 64),), "LearnedShift: {shape: [8, 64]}"),
    "Linear": (((64,),), "Linear: {in_features: 64, out_features: 10}"),
    "LocallyConnected2d": (
        ((3, 8, 8),),
        "LocallyConnected2d: {in_channels: 3, out_channels: 4, size: 8, kernel_size: 3, padding: 1, bias: true}",
    ),
    "MaxPool2d": (((8, 13, 13),), "MaxPool2d: {kernel_size: 3, stride: 2, padding: 1}"),
    "Mean": (((8, 5, 5),), "Mean: {dim: [2, 3]}"),
    "Multiply": (((8, 5, 5), (8, 1, 1)), "{Multiply: {}, from: [a, b]}"),
    "PReLU": (((8, 5, 5),), "PReLU: {num_parameters: 8}"),
    "Permute": (((8, 5, 4),), "Permute: {dims: [0, 2, 3, 1]}"),
    "PositionEmbedding2d": (((3, 8, 8),), "PositionEmbedding2d: {channels: 2, size: 8, combine: concatenate}"),
    "ReLU": (((64,),), "ReLU"),
    "ReLU6": (((64,),), "ReLU6"),
    "Scale": (((64,),), "Scale: {factor: 0.125}"),
    "Shift": (((64,),), "Shift: {amount: -0.5}"),
    "SiLU": (((64,),), "SiLU"),
    "Sigmoid": (((64,),), "Sigmoid"),
    "Sin": (((64,),), "Sin"),
    "Slice": (((8, 5, 5),), "Slice: {dim: 1, start: 0, stop: 2}"),
    "SoftArgmax2d": (((4, 16, 16),), "SoftArgmax2d: {temperature: 0.1, span: [-1.0, 1.0], anchor: corners}"),
    "Softmax": (((10,),), "Softmax: {dim: 1}"),
    "Sum": (((8, 5, 5),), "Sum: {dim: [2, 3]}"),
    "Tanh": (((64,),), "Tanh"),
    "Tile": (((2,),), "Tile: {size: [64, 64], into: channels}"),
    "Unflatten": (((64,),), "Unflatten: {dim: 1, unflattened_size: [1, 8, 8]}"),
    "Upsample": (((8, 5, 5),), "Upsample: {scale_factor: 2, mode: bilinear, align_corners: false}"),
    "ZeroPad2d": (((3, 5, 5),), "ZeroPad2d: {padding: [0, 1, 0, 1]}"),
}

INITIALISERS = {
    "zeros": "zeros",
    "ones": "ones",
    "he_normal": "{he_normal: {truncated: true}}",
    "he_normal_fan_out": "he_normal_fan_out",
    "he_uniform": "{he_uniform: {mode: fan_in, a: 0}}",
    "xavier_normal": "{xavier_normal: {gain: 1}}",
    "xavier_uniform": "{xavier_uniform: {gain: 1}}",
    "lecun_normal": "{lecun_normal: {truncated: true}}",
    "lecun_uniform": "lecun_uniform",
    "orthogonal": "{orthogonal: {gain: 1}}",
    "normal": "{normal: {mean: 0, std: 0.02}}",
    "truncated_normal": "{truncated_normal: {mean: 0, std: 0.02, low: -2, high: 2}}",
    "uniform": "{uniform: {low: -0.05, high: 0.05}}",
    "pytorch_default": "pytorch_default",
}

DATASETS = {
    "not_so_clevr": """
data:
  not_so_clevr: {canvas: [64, 64], square: 9, input: coordinates, coordinates: centred, target: one_hot}
  split: {bernoulli: {test: 0.25, seed: 20202}}
""",
    "sort_of_clevr": """
data:
  sort_of_clevr: {canvas: [64, 64], size: 10, images: 50000, objects: [blue, red], shapes: [square, circle],
                  least_distance: 20, margin: 10, range: [-1.0, 1.0], seed: 0}
  split: everything
""",
    "image_folder": """
data:
  image_folder: {folder: celeba/img_align_celeba, size: [64, 64], resize: box, colours: rgb, images: 20000,
                 range: [-1.0, 1.0]}
  split: everything
""",
    "lsun": """
data:
  lsun: {category: bedroom, part: train, size: [64, 64], resize: box, colours: rgb, images: 50000, range: [-1.0, 1.0]}
  split: everything
""",
    "elsewhere": """
data:
  elsewhere:
    about: CIFAR-10, the training part
    examples: 50_000
    input: [3, 32, 32]
    input_dtype: float32
    target: []
    target_dtype: int64
    transforms: [RandomHorizontalFlip(p=0.5), ToTensor()]
    fingerprint: !unstated null
""".replace("50_000", "50000"),
}
LATENT = """
data:
  not_so_clevr: {canvas: [64, 64], square: 9, input: latent, latent: {size: 128, seed: 0}, target: one_hot}
  split: {fraction: {test: 0.25, seed: 0}}
"""
SPLITS = {
    "bernoulli": "bernoulli: {test: 0.25, seed: 20202}",
    "fraction": "fraction: {test: 0.2, seed: 0}",
    "quadrant": "quadrant: {x_over: 32, y_over: 32}",
    "within_train": "within_train: {of: {bernoulli: {test: 0.25, seed: 1}}, again: {fraction: {test: 0.2, seed: 7}}}",
}

LOSSES = {"cross_entropy": "cross_entropy: {reduction: mean, label_smoothing: 0.1}"}
OPTIMIZERS = {
    "SGD": "SGD: {lr: 0.1, momentum: 0.9, weight_decay: 1.0e-4, nesterov: true}",
    "Adam": "Adam: {lr: 1.0e-3, betas: [0.9, 0.99], eps: 1.0e-8}",
}
SCHEDULES = {
    "step": "step: {factor: 0.1, every: 30, at_most: 2}",
    "multi_step": "multi_step: {milestones: [30, 60, 80], factor: 0.1}",
    "exponential": "exponential: {factor: 0.97, every: 2}",
    "warm_up": "warm_up: {start: 0.1, over: 5, by: epoch, then: {cosine_annealing: {minimum: 1.0e-5}}}",
}

SUPERVISED = """
train:
  supervised:
    loss: cross_entropy
    optimizer: {Adam: {lr: 0.01}}
    schedule: constant
    batch_size: 16
    last_batch: keep
    shuffle: each_epoch
    epochs: 50
    precision: float32
    weights: final
    evaluate: {test: 1, train: 10}
"""
UNTRAINED = """
train:
  untrained:
    loss: cross_entropy
    precision: float32
    batch_size: 64
"""
ADVERSARIAL = """
train:
  adversarial:
    latent: {uniform: {size: 256, low: -1.0, high: 1.0}}
    latent_drawn: each_batch
    loss: non_saturating
    steps: {discriminator: 1, generator: 2}
    real_and_made: apart
    optimizers: {discriminator: {Adam: {lr: 0.0001}}, generator: {Adam: {lr: 0.0005}}}
    batch_size: 16
    last_batch: drop
    shuffle: each_epoch
    epochs: 50
    precision: float32
    weights: final
    samples: {every: 1, number: 1000, paths: 8, steps: 17, seed: 0}
"""
VARIATIONAL = """
train:
  variational:
    latent_size: 8
    beta: 1.0
    likelihood: {gaussian: {std: 0.1}}
    optimizer: {Adam: {lr: 0.001}}
    batch_size: 64
    last_batch: keep
    shuffle: each_epoch
    epochs: 50
    precision: float32
    weights: final
    samples: {every: 5, number: 1000, paths: 8, steps: 17, seed: 0}
"""
GROUPS = """
train: {supervised: {groups: [{on: biases, lr: 0.002}, {on: normalisation, frozen: true}]}}
"""
PROCEDURES = {
    "supervised": SUPERVISED,
    "untrained": UNTRAINED,
    "adversarial": ADVERSARIAL,
    "variational": VARIATIONAL,
}

CLAIMS = {
    "reaches": """
claims:
  - id: one-is-perfect
    says: The network attains perfect test performance
    where: section 4.1, figure 4
    kind: reaches
    arm: one
    measure: test_accuracy
    expect: 1.0
    tolerance: {absolute: 0.0, because: the paper says perfect}
    seeds: 5
""",
    "value": """
claims:
  - id: one-gets-86
    says: The network gets 86 % of the test places right
    where: table 1
    kind: value
    arm: one
    measure: test_accuracy
    expect: 0.86
    tolerance: {absolute: 0.005, because: the paper prints two digits}
    seeds: 5
""",
    "at_least": """
claims:
  - id: one-is-close
    says: The mean distance stays below a pixel
    where: section 4.2
    kind: at_most
    arm: one
    measure: test_euclidean
    expect: 1.0
    tolerance: {because: the sentence gives a bound}
    seeds: 5
""",
    "better": """
claims:
  - id: one-beats-the-other
    says: The new network is more accurate than the old one
    where: figure 5
    kind: better
    arm: one
    than: other
    measure: test_accuracy
    by: 0.05
    tolerance: {because: the figure shows a wide gap}
    seeds: 5
""",
    "no_difference": """
claims:
  - id: as-good-as-the-other
    says: Both networks are equally accurate
    where: table 2
    kind: no_difference
    arm: one
    than: other
    measure: test_accuracy
    tolerance: {absolute: 0.01, because: a percent is what the seeds differ by}
    seeds: 5
""",
    "no_configuration": """
claims:
  - id: other-never-generalises
    says: No setting ever gets more than 86 % of the test places right
    where: section 4.1
    kind: no_configuration
    arms: [other]
    measure: test_accuracy
    exceeds: 0.86
    tolerance: {absolute: 0.01, because: 86 is rounded}
""",
    "some_configuration": """
claims:
  - id: one-can-be-perfect
    says: There are settings with which the network is perfect
    where: section 4.1
    kind: some_configuration
    arms: [one]
    measure: test_accuracy
    expect: 1.0
    tolerance: {because: the paper says perfect}
""",
    "ratio": """
claims:
  - id: fewer-parameters
    says: 10 to 100 times fewer parameters
    where: abstract
    kind: ratio
    arm: other
    to: one
    measure: parameters
    expect: [10.0, 100.0]
    tolerance: {because: the paper gives a range}
""",
}
CLAIMS["at_most"] = CLAIMS["at_least"]

PAPER = 'paper: {cite: "Liu et al. 2018, arXiv:1807.03247", section: "4.1", figures: [4, 5]}'
TIERS = """
tiers:
  quick:
    about: minutes on two cores
    only: [one]
    overlay: {train: {supervised: {epochs: 5}}, seeds: 1}
"""
TUNE = """
tune:
  measure: test_accuracy
  hold_out: {fraction: {test: 0.2, seed: 7}}
  overlay: {train: {supervised: {epochs: 5}}}
  space: {train: {supervised: {optimizer: {Adam: {lr: {log_uniform: [1.0e-4, 1.0e-1]}}}}}}
  arms:
    other: {network: {Linear: {bias: {one_of: [true, false]}}}}
"""
FIGURE = """
figures:
  - {draw: success_rates, says: One succeeds where the other fails, where: figure 4, arms: [one, other]}
"""

CHOICES = {
    "a condition, always run": """
arms:
  one: {train: {supervised: {batch_size: {each: [16, 32]}}}}
""",
    "a detail that nobody states: readings": """
arms:
  one: {train: {supervised: {batch_size: !unstated {name: batch, each: {small: 16, large: 32}, code: small}}}}
""",
    "the same, short": """
arms:
  one: {train: {supervised: {batch_size: !unstated [16, 32]}}}
""",
    "a sweep": """
arms:
  one: {train: {supervised: {optimizer: {Adam: {lr: !code {sweep: [0.005, 0.001, 0.01]}}}}}}
""",
}
TAGS = """
train:
  supervised:
    optimizer: {Adam: {lr: !code 0.005, betas: !default [0.9, 0.999], eps: !recalled 1.0e-8}}
    batch_size: 16
    shuffle: !ours each_epoch
"""

ENTRIES = {
    "as": "- {Linear: {in_features: 2, out_features: 8}, as: point}\n- Linear: {in_features: 8, out_features: 4}",
    "from": """
- {Linear: {in_features: 2, out_features: 4}, as: low}
- {ReLU: {}, as: high}
- {Add: {}, from: [low, high]}
""",
    "initialise": """
- Linear: {in_features: 2, out_features: 4}
  initialise: {weight: {orthogonal: {gain: 1}}, bias: -1}
- {Linear: {in_features: 4, out_features: 2}, initialise: {weight: [[1, 0, 0, 1], [0, 1, -1, 0]]}}
""",
    "share": """
- {Linear: {in_features: 2, out_features: 2}, as: step}
- Tanh
- {Linear: {in_features: 2, out_features: 2}, share: step}
""",
    "residual": """
- residual: [{Linear: {in_features: 2, out_features: 2}}, ReLU]
- residual:
    layers: [{Linear: {in_features: 2, out_features: 4}}]
    shortcut: [{Linear: {in_features: 2, out_features: 4}}]
""",
    "parallel": """
- parallel: {branches: [[ReLU], [Tanh], []], join: {Concatenate: {dim: 1}}}
""",
    "repeat": """
- repeat: {times: 3, layers: [{Linear: {in_features: 2, out_features: 2}}, ReLU]}
""",
}
BLOCKS = """
blocks:
  dense:
    with: [from, to]
    layers: [{Linear: {in_features: $from, out_features: $(2 * to)}}, ReLU]
arms:
  one: {network: [{Input: {shape: [2]}}, {dense: {from: 2, to: 4}}, {dense: {from: 8, to: 2}}]}
"""
