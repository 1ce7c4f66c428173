"""Parameters of an entry point as its source declares them; read from the syntax tree, never executed."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tasks.syntax import parse


@dataclass(frozen=True, slots=True)
class Parameter:
    """One positional parameter.

    Attributes:
        name: As declared.
        annotation: The annotation's source, or "".
    """

    name: str
    annotation: str = ""


def parameters(source: str, entry_point: str) -> tuple[Parameter, ...] | None:
    """The positional parameters of the last definition of a function.

    Args:
        source: A program.
        entry_point: The function's name.

    Returns:
        None if the program does not define the function at top level.
    """
    tree = parse(source)
    found = [
        node
        for node in (tree.body if tree is not None else [])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == entry_point
    ]
    if not found:
        return None
    arguments = found[-1].args
    return tuple(
        Parameter(argument.arg, ast.unparse(argument.annotation) if argument.annotation is not None else "")
        for argument in (*arguments.posonlyargs, *arguments.args)
    )
