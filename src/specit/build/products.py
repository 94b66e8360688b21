"""A run of 1×1 convolutions and ReLUs as one function with a gradient: matrix products, block by block of pixels.

    h₀ = x,   hᵢ₊₁ = hᵢ Wᵢᵀ + pᵢ,   then perhaps max(0, ·)

p is the bias and, with coordinates, what these add at each pixel. It is the same for every example, so it is computed
once a call, and its gradient is summed over the examples before it meets the coordinates. A vector tiled over the
canvas is the same at every pixel, so its product is computed once an example.

A block goes through all layers before the next one begins, so that it meets caches that still hold it. Everything
between input and output is written into a workspace, and over what nobody needs again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from .composed import Pixelwise
from .workspace import Block, Lease, Workspace

_through_relu = torch.ops.aten.threshold_backward
"""The gradient d by a ReLU's output h, carried to its input: `_through_relu(d, h, 0)` is d where h > 0, else 0."""


def run_products(x: Tensor, pixels: int, layers: Sequence[Pixelwise]) -> Tensor:
    """Return (N, pixels, channels) of x: (N, pixels, channels), or (N, channels) tiled over the pixels."""
    weights, biases = [layer.weight for layer in layers], [layer.bias for layer in layers]
    grids, relus = [layer.grid for layer in layers], [layer.relu for layer in layers]
    keep = torch.is_grad_enabled() and any(t is not None and t.requires_grad for t in (x, *weights, *biases))
    made: Tensor = _Products.apply(x, pixels, keep, grids, relus, *weights, *biases)  # type: ignore[no-untyped-call]
    return made


class _Product:
    """One convolution of a run, in one call: y = h Wᵀ + p on blocks of rows."""

    def __init__(self, weight: Tensor, bias: Tensor | None, grid: Tensor | None) -> None:
        matrix = weight.flatten(1)
        inputs = matrix.shape[1] - (0 if grid is None else grid.shape[1])
        self.weight, self.place_weight = matrix[:, :inputs], matrix[:, inputs:]
        self.shape, self.width = weight.shape, len(matrix)
        self.bias, self.grid = bias, grid

    def begin(self, x: Tensor, map_: Tensor | None) -> None:
        """Compute p: (width,), or a map (pixels, width)."""
        self.transposed = self.weight.t()
        self.place = self.bias
        if self.grid is not None and map_ is not None:
            self.place = torch.mm(self.grid, self.place_weight.t(), out=map_)
            if self.bias is not None:
                self.place += self.bias

    def apply(self, h: Tensor, block: Block, out: Tensor) -> None:
        """Write y of a block, (rows, width)."""
        torch.mm(h, self.transposed, out=out)
        if self.grid is not None and self.place is not None:
            block.as_images(out).add_(self.place[block.place])
        elif self.place is not None:
            out.add_(self.place)

    def begin_gradients(self, x: Tensor, blocks: int, map_: Tensor | None, wanted: tuple[bool, bool]) -> None:
        """Set the sums to zero."""
        self.wants_weight, self.wants_bias = wanted
        self.d_weight = self.weight.new_zeros(self.weight.shape)
        self.d_place = map_.zero_() if map_ is not None else None
        self.d_bias = self.weight.new_empty(blocks, self.width)  # of each block

    def gather(self, d: Tensor, h: Tensor, number: int, block: Block) -> None:
        """Add a block's part of the gradients, from the gradient `d` by y."""
        if self.wants_weight:
            self.d_weight.addmm_(d.t(), h)
        self.gather_place(d, number, block)

    def gather_place(self, d: Tensor, number: int, block: Block) -> None:
        """Add a block's part of the gradient by p."""
        if self.d_place is not None:
            images = block.as_images(d)
            self.d_place[block.place].add_(images[0] if len(images) == 1 else images.sum(0))
        elif self.wants_bias:
            torch.sum(d, 0, out=self.d_bias[number])

    def by_input(self, d: Tensor, out: Tensor) -> Tensor:
        """Write the gradient by h of a block."""
        # An outer product is a poor matrix product.
        return torch.mul(d, self.weight, out=out) if self.width == 1 else torch.mm(d, self.weight, out=out)

    def gradients(self) -> tuple[Tensor | None, Tensor | None]:
        """Return the gradients by weight and bias."""
        d_weight = self.d_weight
        if self.d_place is not None and self.grid is not None:
            d_weight = torch.cat([d_weight, (self.grid.t() @ self.d_place).t()], 1)
        by_bias = self.d_bias if self.d_place is None else self.d_place
        return d_weight.view(self.shape) if self.wants_weight else None, by_bias.sum(0) if self.wants_bias else None


class _TiledProduct(_Product):
    """The first convolution after a tile, of vectors z (N, in): y = z Wᵀ at every pixel, + p for every example."""

    def begin(self, x: Tensor, map_: Tensor | None) -> None:
        super().begin(x, map_)
        self.z = x
        self.terms = x @ self.transposed
        if self.grid is None and self.bias is not None:
            self.terms += self.bias

    def apply(self, h: Tensor, block: Block, out: Tensor) -> None:
        images = block.as_images(out)
        if self.grid is not None and self.place is not None:
            torch.add(self.terms[block.images, None], self.place[block.place], out=images)
        else:
            images.copy_(self.terms[block.images, None])

    def begin_gradients(self, x: Tensor, blocks: int, map_: Tensor | None, wanted: tuple[bool, bool]) -> None:
        super().begin_gradients(x, blocks, map_, wanted)
        self.z = x
        self.d_terms = x.new_zeros(len(x), self.width)

    def gather(self, d: Tensor, h: Tensor, number: int, block: Block) -> None:
        self.d_terms[block.images].add_(block.as_images(d).sum(1))
        if self.d_place is not None:
            self.gather_place(d, number, block)

    def gradients(self) -> tuple[Tensor | None, Tensor | None]:
        self.d_weight = self.d_terms.t() @ self.z
        self.d_bias = self.d_terms  # summed over examples
        return super().gradients()


def _products(x: Tensor, parameters: Sequence[Tensor | None], grids: Sequence[Tensor | None]) -> list[_Product]:
    count = len(grids)
    kinds = [_TiledProduct if i == 0 and x.dim() == 2 else _Product for i in range(count)]
    stated = zip(kinds, parameters[:count], parameters[count:], grids, strict=True)
    return [kind(weight, bias, grid) for kind, weight, bias, grid in stated if weight is not None]


def _maps(products: Sequence[_Product], workspace: Workspace) -> list[Tensor | None]:
    return [
        None if product.grid is None else workspace.map(i, product.weight, len(product.grid), product.width)
        for i, product in enumerate(products)
    ]


class _Products(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        pixels: int,
        keep: bool,
        grids: Sequence[Tensor | None],
        relus: Sequence[bool],
        *parameters: Tensor | None,
    ) -> Tensor:
        products = _products(x, parameters, grids)
        lease = Lease(len(x), pixels, [product.width for product in products[:-1]], x, keep=keep)
        for product, map_ in zip(products, _maps(products, lease.workspace), strict=True):
            product.begin(x, map_)
        y = x.new_empty(len(x), pixels, products[-1].width)
        for block in lease.workspace.blocks:
            h = x if x.dim() == 2 else block.of(x)
            for product, relu, out in zip(products, relus, [*block.values, block.of(y)], strict=True):
                product.apply(h, block, out)
                if relu:
                    torch.relu_(out)
                h = out
        if keep:
            ctx.save_for_backward(x, y, *parameters)
            ctx.stated = grids, relus, lease
        return y

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:
        x, y, *parameters = ctx.saved_tensors
        grids, relus, lease = ctx.stated
        blocks = lease.workspace.blocks
        products = _products(x, parameters, grids)
        count = len(products)
        wants_x, wanted = ctx.needs_input_grad[0], ctx.needs_input_grad[5:]
        wants = list(zip(wanted[:count], wanted[count:], strict=True))
        # Below the lowest layer that is trained, nobody asks.
        lowest = 0 if wants_x else min(i for i, want in enumerate(wants) if any(want))
        for product, want, map_ in zip(products, wants, _maps(products, lease.workspace), strict=True):
            product.begin_gradients(x, len(blocks), map_, want)
        tiled = x.dim() == 2
        dx = x.new_empty(y.shape[:2] + x.shape[2:]) if wants_x and not tiled else None

        for number, block in enumerate(blocks):
            d = block.of(dy)
            if relus[-1]:
                d = _through_relu(d, block.of(y), 0)
            for i in range(count - 1, lowest - 1, -1):
                h = block.values[i - 1] if i else x if tiled else block.of(x)
                products[i].gather(d, h, number, block)
                if i > lowest:
                    d = products[i].by_input(d, block.gradients[i - 1])
                    if relus[i - 1]:
                        _through_relu.grad_input(d, h, 0, grad_input=d)
                elif dx is not None:
                    products[i].by_input(d, block.of(dx))
        gradients = [product.gradients() for product in products]
        if wants_x and isinstance(products[0], _TiledProduct):
            dx = products[0].d_terms @ products[0].weight
        return (dx, None, None, None, None, *(dw for dw, _ in gradients), *(db for _, db in gradients))
