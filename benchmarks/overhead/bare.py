"""The same training as a bare PyTorch loop: steps and evaluations, and nothing else.

Bare means: no record, no checkpoint, no arrays kept for figures, no fingerprint of the data, nobody who listens, no
reproducible order of the batches after an interruption. What a training cannot do without is the same: the data, the
network as SpecIt builds it (`specit.build`), the loss, the optimiser, the micro-batches, one thread, and an evaluation
wherever the spec states one, with the same measures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn

from specit.build import BuiltNetwork, build
from specit.data import Examples, make_examples
from specit.procedures.optimizers import make_optimizer
from specit.spec.lock import Lock
from specit.spec.training import Supervised

EVALUATED_AT_ONCE = 256


def train_bare(lock: Lock, seed: int) -> Iterator[dict[str, float]]:
    """Train an arm that answers with a pixel, under cross-entropy; yield its measures after every epoch."""
    stated = lock.train[1]
    assert isinstance(stated, Supervised)
    assert stated.loss[0] == "cross_entropy"
    settings = stated.settings
    examples = make_examples(lock)
    inputs, targets = torch.from_numpy(examples.inputs), torch.from_numpy(examples.targets)
    (network,) = build(lock, seed).values()
    network.place(torch.device("cpu"))
    optimizer = make_optimizer(stated, network)
    coefficient = stated.l2.coefficient if stated.l2 else 0.0
    kernels = [m.weight for m in network.layers if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    size = settings.micro_batch or settings.batch_size
    for epoch in range(1, settings.epochs + 1):
        network.train()
        total = 0.0
        order = torch.from_numpy(examples.train)[torch.randperm(len(examples.train))]
        for batch in order.split(settings.batch_size):
            optimizer.zero_grad(set_to_none=True)
            for part in batch.split(size):
                loss = nn.functional.cross_entropy(network(inputs[part]), targets[part]) * (len(part) / len(batch))
                loss.backward()
                total += loss.item() * len(batch)
            for kernel in kernels if coefficient else ():
                assert kernel.grad is not None
                kernel.grad.add_(kernel.detach(), alpha=2 * coefficient)
                total += coefficient * kernel.detach().square().sum().item() * len(batch)
            optimizer.step()
        measures = {"train_loss": total / len(order)}
        for name, every in (("test", stated.evaluate.test), ("train", stated.evaluate.train)):
            if epoch % every == 0 or epoch == settings.epochs:
                measures |= _evaluate(network, examples, inputs, targets, name, settings.micro_batch)
        yield measures


@torch.inference_mode()
def _evaluate(
    network: BuiltNetwork, examples: Examples, inputs: Tensor, targets: Tensor, name: str, micro_batch: int | None
) -> dict[str, float]:
    network.eval()
    width = examples.canvas[1]
    indices = torch.from_numpy(examples.train if name == "train" else examples.test)
    sums = torch.zeros(4, dtype=torch.float64)
    for part in indices.split(micro_batch or EVALUATED_AT_ONCE):
        output, target = cast(Tensor, network(inputs[part])), targets[part]
        guess = output.argmax(1)
        rows, columns = guess // width - target // width, guess % width - target % width
        sums += torch.stack(
            [
                (guess == target).sum().double(),
                (rows.square() + columns.square()).double().sqrt().sum(),
                (rows.abs() + columns.abs()).sum().double(),
                nn.functional.cross_entropy(output.double(), target, reduction="sum"),
            ]
        )
    names = ("accuracy", "euclidean", "manhattan", "cross_entropy")
    return {f"{name}_{measure}": value / len(indices) for measure, value in zip(names, sums.tolist(), strict=True)}
