"""Networks that ask of an exporter what those of the study do not: each as YAML."""

RESIDUAL = """
- Input: {shape: [3, 6, 5]}
- Conv2d: {in_channels: 3, out_channels: 4, kernel_size: 1}
- residual:
    - Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 3, padding: 1, bias: false}
    - BatchNorm2d: {num_features: 4}
    - ReLU
- ReLU
- residual:
    layers: [{Conv2d: {in_channels: 4, out_channels: 6, kernel_size: 1}}, ReLU]
    shortcut: [{Conv2d: {in_channels: 4, out_channels: 6, kernel_size: 1}}]
- parallel:
    join: {Concatenate: {dim: 1}}
    branches:
      - [{Conv2d: {in_channels: 6, out_channels: 2, kernel_size: 1}}, Tanh]
      - []
      - [{AvgPool2d: {kernel_size: 3, stride: 1, padding: 1}}]
- Conv2d: {in_channels: 14, out_channels: 1, kernel_size: 1}
"""
SHARED = """
- Input: {shape: [3]}
- {Linear: {in_features: 3, out_features: 3}, as: step}
- Tanh
- {Linear: {in_features: 3, out_features: 3}, share: step, as: again}
- Tanh
- {Linear: {in_features: 3, out_features: 3}, share: again, as: third}
- {Add: {}, from: [step, third, again]}
"""
SEVERAL = """
layers:
  - {Input: {shape: [3]}, as: one}
  - {Input: {shape: [2]}, as: class}
  - {Concatenate: {dim: 1}, from: [class, one], as: both}
  - {Linear: {in_features: 5, out_features: 4}, as: forward}
  - {ReLU: {}, as: x y}
  - {Linear: {in_features: 4, out_features: 2}, from: forward, as: head}
  - {Multiply: {}, from: [forward, x y], as: product}
  - {Linear: {in_features: 4, out_features: 1}, from: forward, as: aside}
outputs: [product, head, both]
"""
IN_PLACE = """
- Input: {shape: [3]}
- {Linear: {in_features: 3, out_features: 3}, as: low}
- {residual: [{ReLU: {inplace: true}}, {Linear: {in_features: 3, out_features: 3}}], as: high}
- {Add: {}, from: [low, high]}
"""
OWN_START = """
- Input: {shape: [2]}
- Linear: {in_features: 2, out_features: 2}
- {Linear: {in_features: 2, out_features: 2}, initialise: {weight: [[1, 0.25], [0, 1]], bias: -1}}
- {Linear: {in_features: 2, out_features: 2, bias: false}, initialise: {weight: {he_normal: {truncated: false}}}}
- {Linear: {in_features: 2, out_features: 3}, initialise: {weight: he_normal_fan_out,
                                                        bias: {normal: {mean: 1, std: 2}}}}
"""
OWN_LAYERS = """
- Input: {shape: [3]}
- FourierFeatures: {frequencies: 2}
- LearnedScale: {shape: [15]}
- LearnedShift: {shape: [15]}
- Shift: {amount: 0.5}
- Scale: {factor: 0.5}
- Tile: {size: [5, 4], into: channels}
- FourierFeatures2d: {frequencies: 2, span: [0.0, 1.0], anchor: centers}
- PositionEmbedding2d: {channels: 2, size: [5, 4], combine: concatenate}
- PositionEmbedding2d: {channels: 25, size: [5, 4], combine: add}
- AddCoords: {radius: true}
- LocallyConnected2d: {in_channels: 28, out_channels: 2, size: [5, 4], kernel_size: 3, padding: 1, bias: true}
- Sin
- LocallyConnected2d: {in_channels: 2, out_channels: 4, size: [5, 4], kernel_size: 1, padding: 0, bias: false}
- Gaussian
- Crop2d: {left: 1, right: 0, top: 0, bottom: 1}
- Permute: {dims: [0, 1, 3, 2]}
- Slice: {dim: 1, start: 1, stop: 4}
- parallel:
    join: {Concatenate: {dim: 1}}
    branches:
      - [{SoftArgmax2d: {temperature: 0.5, span: [-1.0, 1.0], anchor: corners}}]
      - [{SoftArgmax2d: {temperature: 0.5, span: [-1.0, 2.0], anchor: centers}}]
      - [{Sum: {dim: [2, 3]}}]
      - [{Mean: {dim: [2, 3]}}]
"""
NORMS = """
- Input: {shape: [4, 3, 3]}
- Conv2d: {in_channels: 4, out_channels: 4, kernel_size: 1, bias: false}
- BatchNorm2d: {num_features: 4, affine: false}
- BatchNorm2d: {num_features: 4}
- GroupNorm: {num_groups: 2, num_channels: 4}
- LayerNorm: {normalized_shape: [4, 3, 3]}
- InstanceNorm2d: {num_features: 4, affine: true}
- PReLU: {num_parameters: 4}
- ConvTranspose2d: {in_channels: 4, out_channels: 2, kernel_size: 2, stride: 2}
- CoordConv2d: {in_channels: 2, out_channels: 3, kernel_size: 3}
- CoordConvTranspose2d: {in_channels: 3, out_channels: 2, kernel_size: 3}
"""
STARTS = """
- Input: {shape: [4, 3, 3]}
- {Conv2d: {in_channels: 4, out_channels: 6, kernel_size: 1},
   initialise: {weight: {he_uniform: {mode: fan_out, a: 0.1}}}}
- {ConvTranspose2d: {in_channels: 6, out_channels: 4, kernel_size: 1},
   initialise: {weight: {xavier_uniform: {gain: 2}}}}
- {Conv2d: {in_channels: 4, out_channels: 6, kernel_size: 1}, initialise: {weight: {xavier_normal: {gain: 1}}}}
- {Conv2d: {in_channels: 6, out_channels: 6, kernel_size: 1}, initialise: {weight: lecun_uniform}}
- {Conv2d: {in_channels: 6, out_channels: 6, kernel_size: 1}, initialise: {weight: {lecun_normal: {truncated: true}}}}
- {Conv2d: {in_channels: 6, out_channels: 6, kernel_size: 1}, initialise: {weight: {lecun_normal: {truncated: false}}}}
- {Conv2d: {in_channels: 6, out_channels: 4, kernel_size: 1}, initialise: {weight: {orthogonal: {gain: 1}},
                                                                          bias: {uniform: {low: -1, high: 0.5}}}}
- {Conv2d: {in_channels: 4, out_channels: 2, kernel_size: 1},
   initialise: {weight: {truncated_normal: {mean: 0, std: 0.02, low: -2, high: 2}}}}
- {LocallyConnected2d: {in_channels: 2, out_channels: 3, size: 3, kernel_size: 2, padding: 1, bias: true},
   initialise: {weight: {he_uniform: {mode: fan_out, a: 1}}}}
- {LocallyConnected2d: {in_channels: 3, out_channels: 2, size: 4, kernel_size: 2, padding: 0, bias: true},
   initialise: {weight: {xavier_uniform: {gain: 0.5}}}}
- {LocallyConnected2d: {in_channels: 2, out_channels: 3, size: 3, kernel_size: 1, padding: 0, bias: false},
   initialise: {weight: {xavier_normal: {gain: 0.5}}}}
- {LocallyConnected2d: {in_channels: 3, out_channels: 3, size: 3, kernel_size: 1, padding: 0, bias: false},
   initialise: {weight: lecun_uniform}}
- {LocallyConnected2d: {in_channels: 3, out_channels: 3, size: 3, kernel_size: 1, padding: 0, bias: false},
   initialise: {weight: {lecun_normal: {truncated: false}}}}
- {LocallyConnected2d: {in_channels: 3, out_channels: 2, size: 3, kernel_size: 1, padding: 0, bias: false},
   initialise: {weight: {orthogonal: {gain: 1}}}}
"""
GRAPHS = {
    "residual": RESIDUAL,
    "shared": SHARED,
    "several": SEVERAL,
    "in_place": IN_PLACE,
    "own_start": OWN_START,
    "own_layers": OWN_LAYERS,
    "norms": NORMS,
    "starts": STARTS,
}
