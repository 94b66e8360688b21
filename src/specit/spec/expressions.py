"""Parameters of blocks: `$c` stands for the parameter c, and `$(64 * c)` for whole-number arithmetic with it."""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from specit.errors import SpecItError, nearest

from .tree import Node, Source

_NAME = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_FORMULA = re.compile(r"\$\((.{1,200})\)")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


def substitute(node: Node, values: Mapping[str, Node]) -> Node:
    """Return `node` with every `$name` and `$(formula)` replaced by what `values` give."""
    if isinstance(node.value, dict):
        return replace(node, value={key: substitute(child, values) for key, child in node.value.items()})
    if isinstance(node.value, list):
        return replace(node, value=[substitute(child, values) for child in node.value])
    if not isinstance(node.value, str) or not node.value.startswith("$"):
        return node
    if name := _NAME.fullmatch(node.value):
        return _look_up(name[1], values, node).with_source(node.source)
    if formula := _FORMULA.fullmatch(node.value):
        # A result is no more the paper's than what goes into it.
        weaker = [given.source for name in _WORD.findall(formula[1]) if (given := values.get(name)) and given.source]
        source = next((source for source in weaker if source is not Source.PAPER), None)
        kept = source if source and node.source in (None, Source.PAPER) else node.source
        return replace(node, value=_calculate(formula[1], values, node), source=kept)
    raise SpecItError(f"'{node.value}' is neither $name nor $(formula).", at=node.mark)


def _look_up(name: str, values: Mapping[str, Node], at: Node) -> Node:
    if name not in values:
        raise SpecItError(f"Nothing here is called '${name}'; {nearest(name, values)}", at=at.mark)
    return values[name]


def _calculate(formula: str, values: Mapping[str, Node], at: Node) -> int:
    # A parameter may be called `from`, which Python keeps for itself.
    kept = {f"_{name}": name for name in values if keyword.iskeyword(name)}
    written = _WORD.sub(lambda word: f"_{word[0]}" if f"_{word[0]}" in kept else word[0], formula)

    def number(tree: ast.expr) -> int:
        match tree:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                return value
            case ast.Name(id=name):
                found = _look_up(kept.get(name, name), values, at).value
                if isinstance(found, int) and not isinstance(found, bool):
                    return found
                raise SpecItError(f"${name} is not a whole number, so $({formula}) has no value.", at=at.mark)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](number(left), number(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -number(operand)
        raise SpecItError(f"$({formula}) may use whole numbers, names, + - * // and parentheses only.", at=at.mark)

    try:
        return number(ast.parse(written, mode="eval").body)
    except SyntaxError:
        raise SpecItError(f"$({formula}) is not a formula.", at=at.mark) from None
    except ZeroDivisionError:
        raise SpecItError(f"$({formula}) divides by zero.", at=at.mark) from None
