"""Blocks: named lists of layers with parameters, unfolded wherever a network uses them like a layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from specit.errors import SpecItError, nearest

from .choices import axes
from .expressions import substitute
from .layers import LAYERS
from .load import load
from .tree import Node, describe

STRUCTURES = ("residual", "parallel", "repeat")
"""Entries of a network that are neither layer nor block."""

BESIDE = ("as", "from", "initialise", "share")
"""What may stand beside an entry: its output's name, what it takes, how its parameters start, whose weights it has."""


@dataclass(frozen=True)
class Block:
    """A named list of layers with parameters, used like a layer: `deconv_same: {in: 2, out: 64, k: 3}`."""

    parameters: tuple[str, ...]
    layers: list[Node]


def read_blocks(node: Node | None, used: tuple[Path, ...] = ()) -> dict[str, Block]:
    """Read the `blocks:` section; a block may not take the name of a layer.

    `from: painters.yaml`, a file beside this one or a list of such, brings along the blocks of that file.
    """
    parts = dict(node.mapping("blocks")) if node else {}
    brought = parts.pop("from", None)
    blocks: dict[str, Block] = {}
    for file in _listed(brought) if brought else ():
        for name, block in _blocks_from(file, used).items():
            if name in blocks:
                raise SpecItError(
                    f"There are two blocks '{name}': '{file.value}' and a file before it have one each; rename one.",
                    at=file.mark,
                )
            blocks[name] = block
    for name, entry in parts.items():
        if name in blocks:
            raise SpecItError(
                f"There are two blocks '{name}': one stands here, one comes from another file; rename one.",
                at=entry.mark,
            )
        blocks[name] = _read_block(name, entry)
    return blocks


def _listed(node: Node) -> list[Node]:
    """Return the files that `from:` names, one or a list."""
    files = node.value if isinstance(node.value, list) else [node]
    if not files:
        raise SpecItError("from: names a file of blocks, or a list of such, not an empty list.", at=node.mark)
    for file in files:
        if not isinstance(file.value, str):
            raise SpecItError(f"from: names a file of blocks, or a list of such, not {describe(file)}.", at=file.mark)
    return files


def _blocks_from(file: Node, used: tuple[Path, ...]) -> dict[str, Block]:
    path = Path(file.mark.file).parent / str(file.value)
    if not path.is_file():
        raise SpecItError(f"There is no file '{file.value}' beside this one to take blocks from.", at=file.mark)
    if path.resolve() in used:
        raise SpecItError(f"The blocks of '{file.value}' come from this file in turn.", at=file.mark)
    sections = load(path).mapping("A file of blocks")
    if "blocks" not in sections:
        near = f"; {nearest('blocks', sections)}" if sections else "."
        raise SpecItError(f"'{file.value}' has no section 'blocks'{near}", at=file.mark)
    return read_blocks(sections["blocks"], (*used, path.resolve()))


def _read_block(name: str, entry: Node) -> Block:
    if name in LAYERS:
        raise SpecItError(f"A block cannot be called '{name}': that is a layer.", at=entry.mark)
    if name in BESIDE:
        raise SpecItError(f"A block cannot be called '{name}': that word stands beside a layer.", at=entry.mark)
    if name in STRUCTURES:
        raise SpecItError(f"A block cannot be called '{name}': that word has a meaning of its own.", at=entry.mark)
    parts = entry.mapping(f"The block {name}")
    for key in parts:
        if key not in ("with", "layers"):
            raise SpecItError(f"The block {name} has the keys with and layers, but not '{key}'.", at=parts[key].mark)
    if "layers" not in parts:
        raise SpecItError(f"The block {name} needs a list of layers.", at=entry.mark)
    if not parts["layers"].sequence("layers"):  # else blocks of blocks of nothing could unfold without bound
        raise SpecItError(f"The block {name} needs at least one layer.", at=parts["layers"].mark)
    parameters = parts["with"].sequence(f"with, in the block {name},") if "with" in parts else []
    if varies := axes(entry):
        raise SpecItError(
            f"The choice '{varies[0].name}' stands inside the block {name}; give the block a parameter instead.",
            at=varies[0].mark,
        )
    source = parts["layers"].source or entry.source  # a tag on the list holds for the layers in it
    layers = [layer.with_source(source) for layer in parts["layers"].sequence("layers")]
    return Block(tuple(str(p.value) for p in parameters), layers)


def used(blocks: Mapping[str, Block], networks: Iterable[Node]) -> list[str]:
    """Return the names of the blocks that some networks use, choices still open, directly or through other blocks."""
    found: dict[str, None] = {}

    def visit(node: Node) -> None:
        """Visit a list of layers, one of them, or a choice of either."""
        match node.value:
            case str(name):
                mention(name)
            case list(entries):
                for entry in entries:
                    visit(entry)
            case {"each": options} | {"sweep": options}:
                for option in options.value.values() if isinstance(options.value, dict) else [options]:
                    visit(option)
            case dict(entry):
                for name, arguments in entry.items():
                    mention(name)
                    if name in (*STRUCTURES, "layers"):
                        visit(arguments)
                    if name in (*blocks, *STRUCTURES) and isinstance(arguments.value, dict):
                        for argument in arguments.value.values():  # a layer may be given to a block, too
                            visit(argument)

    def mention(name: str) -> None:
        if name in blocks and name not in found:
            found[name] = None
            for layer in blocks[name].layers:
                visit(layer)

    for network in networks:
        visit(network)
    return list(found)


def filled(name: str, block: Block, arguments: Node) -> list[Node]:
    """Return a block's layers with what is given for its parameters put in."""
    given = arguments.mapping(f"The block {name}")
    for parameter in given:
        if parameter not in block.parameters:
            raise SpecItError(
                f"The block {name} has no parameter '{parameter}'; {nearest(parameter, block.parameters)}",
                at=given[parameter].mark,
            )
    if missing := [p for p in block.parameters if p not in given]:
        raise SpecItError(f"The block {name} needs {', '.join(missing)}.", at=arguments.mark)
    return [substitute(layer, given) for layer in block.layers]
