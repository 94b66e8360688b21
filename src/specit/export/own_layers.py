"""The layers that PyTorch does not have, written out for a file that stands alone.

What they compute is defined, and explained, in `specit.spec.layers`; the tests compare these with `specit.build`.
"""

from __future__ import annotations

OWN: dict[str, str] = {
    "Tile": '''
class Tile(nn.Module):
    """Repeat a vector over a canvas: all of it at every pixel, or number by number into one plane."""

    def __init__(self, size, into):
        super().__init__()
        self.size, self.into = size, into

    def forward(self, x):
        height, width = self.size
        if self.into == "channels":
            return x[:, :, None, None].expand(-1, -1, height, width)
        return x.repeat(1, height * width // x.shape[1]).view(-1, 1, height, width)
''',
    "Crop2d": '''
class Crop2d(nn.Module):
    """Cut rows and columns off an image."""

    def __init__(self, left, right, top, bottom):
        super().__init__()
        self.left, self.right, self.top, self.bottom = left, right, top, bottom

    def forward(self, x):
        height, width = x.shape[-2:]
        return x[..., self.top : height - self.bottom, self.left : width - self.right]
''',
    "Sum": '''
class Sum(nn.Module):
    """The sum over some axes, which then are gone."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return x.sum(dim=self.dim)
''',
    "Scale": '''
class Scale(nn.Module):
    """A constant times the input."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x
''',
    "Mean": '''
class Mean(nn.Module):
    """The mean over some axes, which then are gone."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return x.mean(dim=self.dim)
''',
    "Shift": '''
class Shift(nn.Module):
    """The input plus a constant."""

    def __init__(self, amount):
        super().__init__()
        self.amount = amount

    def forward(self, x):
        return x + self.amount
''',
    "LearnedScale": '''
class LearnedScale(nn.Module):
    """A learned factor for each place of the last axes."""

    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape))

    def forward(self, x):
        return self.weight * x
''',
    "LearnedShift": '''
class LearnedShift(nn.Module):
    """A learned summand for each place of the last axes."""

    def __init__(self, shape):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return x + self.bias
''',
    "Permute": '''
class Permute(nn.Module):
    """The axes in another order."""

    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return x.permute(self.dims)
''',
    "Slice": '''
class Slice(nn.Module):
    """A stretch of one axis."""

    def __init__(self, dim, start, stop):
        super().__init__()
        self.dim, self.start, self.stop = dim, start, stop

    def forward(self, x):
        return x.narrow(self.dim, self.start, self.stop - self.start)
''',
    "Sin": '''
class Sin(nn.Module):
    """sin(x)."""

    def forward(self, x):
        return torch.sin(x)
''',
    "Gaussian": '''
class Gaussian(nn.Module):
    """exp(-x²)."""

    def forward(self, x):
        return torch.exp(-x.square())
''',
    "PositionEmbedding2d": '''
class PositionEmbedding2d(nn.Module):
    """A learned map of places, after the channels of an image or added to them."""

    def __init__(self, channels, size, combine):
        super().__init__()
        self.combine = combine
        self.weight = nn.Parameter(torch.zeros(channels, *size))

    def forward(self, x):
        if self.combine == "add":
            return x + self.weight
        return torch.cat([x, self.weight.expand(len(x), -1, -1, -1)], dim=1)
''',
    "FourierFeatures": '''
class FourierFeatures(nn.Module):
    """A vector, then the sine and cosine of 2ᵏπ times each of its numbers, for k = 0, 1, ..."""

    def __init__(self, frequencies):
        super().__init__()
        self.frequencies = frequencies

    def forward(self, x):
        octaves = 2.0 ** torch.arange(self.frequencies, dtype=x.dtype, device=x.device)[:, None]
        phase = math.pi * octaves * x[:, None, :]
        return torch.cat([x, torch.stack([phase.sin(), phase.cos()], dim=2).flatten(1)], dim=1)
''',
    "FourierFeatures2d": '''
class FourierFeatures2d(nn.Module):
    """After the channels of an image, sines and cosines of 2ᵏπ times the coordinate of the column and of the row."""

    def __init__(self, frequencies, span, anchor):
        super().__init__()
        self.frequencies, self.span, self.anchor = frequencies, span, anchor

    def forward(self, x):
        height, width = x.shape[-2:]
        columns = self.waves(width, x)[:, :, None, :].expand(-1, -1, height, -1)
        rows = self.waves(height, x)[:, :, :, None].expand(-1, -1, -1, width)
        maps = torch.cat([columns, rows], dim=1).flatten(0, 1)
        return torch.cat([x, maps.expand(len(x), -1, -1, -1)], dim=1)

    def waves(self, n, like):
        precise = torch.float64
        octaves = 2.0 ** torch.arange(self.frequencies, dtype=precise, device=like.device)[:, None]
        phase = math.pi * octaves * coordinates(n, self.span, self.anchor, precise, like.device)
        return torch.stack([phase.sin(), phase.cos()], dim=1).to(like.dtype)
''',
    "LocallyConnected2d": '''
class LocallyConnected2d(nn.Module):
    """A convolution with another kernel at every pixel."""

    def __init__(self, in_channels, out_channels, size, kernel_size, padding, bias):
        super().__init__()
        self.out_channels, self.kernel_size, self.padding = out_channels, kernel_size, padding
        self.made = tuple(n + 2 * p - k + 1 for n, p, k in zip(size, padding, kernel_size))
        self.fan_in = in_channels * math.prod(kernel_size)
        self.weight = nn.Parameter(torch.zeros(out_channels, in_channels, *kernel_size, *self.made))
        self.bias = nn.Parameter(torch.zeros(out_channels, *self.made)) if bias else None

    def forward(self, x):
        weight = self.weight.flatten(1, 3).flatten(2)  # (out, fan-in, pixels)
        windows = nn.functional.unfold(x, self.kernel_size, padding=self.padding)  # (N, fan-in, pixels)
        if self.fan_in <= 8:  # the same sum, faster
            made = (windows[:, None] * weight).sum(dim=2)
        else:
            made = torch.einsum("nfp,ofp->nop", windows, weight)
        made = made.view(len(x), self.out_channels, *self.made)
        return made if self.bias is None else made + self.bias
''',
    "SoftArgmax2d": '''
class SoftArgmax2d(nn.Module):
    """The mean place of each channel under a softmax over its pixels: x, then y."""

    def __init__(self, temperature, span, anchor):
        super().__init__()
        self.temperature, self.span, self.anchor = temperature, span, anchor

    def forward(self, x):
        share = torch.softmax(x.flatten(2) / self.temperature, dim=2).view_as(x)
        return torch.stack([self.mean(share.sum(dim=2)), self.mean(share.sum(dim=3))], dim=2).flatten(1)

    def mean(self, share):
        line = coordinates(share.shape[-1], self.span, self.anchor, share.dtype, share.device)
        return (share * line).sum(dim=-1)
''',
}
"""The source of each layer of our own, by its name."""

COORDINATES = '''
def coordinates(n, span, anchor, dtype, device):
    """Return the coordinates of n pixels in a row; `corners`: the ends of the span are pixels, `centers`: edges."""
    unit = (2 * torch.arange(n, dtype=dtype, device=device) - (n - 1)) / (n if anchor == "centers" or n == 1 else n - 1)
    low, high = span
    return high * unit if low == -high else low * (0.5 - unit / 2) + high * (0.5 + unit / 2)
'''
"""What some of them need."""

JOINS = ("Add", "Multiply", "Concatenate")
"""Layers that are an expression."""
COORDCONV = ("AddCoords", "CoordConv2d", "CoordConvTranspose2d")
"""Layers of the library that comes with SpecIt."""
