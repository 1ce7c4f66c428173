"""Structures that cannot do what was meant, whatever the task is."""

from __future__ import annotations

import ast

from .module import FUNCTIONS, LOOPS, Function, Module, parent_of, scope_of
from .rules import ERROR, NOTE, WARNING, rule

_TOOL = "defects"
_ABSTRACT = ("abstractmethod", "abc.abstractmethod", "overload", "typing.overload")


def _own_statements(function: Function) -> list[ast.stmt]:
    """A function's statements without its docstring."""
    documented = ast.get_docstring(function, clean=False) is not None
    return list(function.body)[1:] if documented else list(function.body)


def _is_protocol(module: Module, node: ast.AST) -> bool:
    above = parent_of(node)
    bases = [module.dotted(base) for base in above.bases] if isinstance(above, ast.ClassDef) else []
    return any(base.rpartition(".")[2] in ("Protocol", "ABC") for base in bases)


@rule(_TOOL, "stub", ERROR, "a function does something", *FUNCTIONS)
def stub(module: Module, node: Function) -> str | None:
    """A function of the module whose body is empty."""
    if not isinstance(parent_of(node), ast.Module) or node.name.startswith("_"):
        return None
    if any(module.dotted(decorator) in _ABSTRACT for decorator in node.decorator_list):
        return None
    later = [each for kind in FUNCTIONS for each in module.by_type.get(kind, ()) if each.name == node.name]
    if later[-1] is not node or any(
        isinstance(use.ctx, ast.Store) and scope_of(use) is module.tree for use in module.names.get(node.name, ())
    ):
        return None  # defined again below
    body = _own_statements(node)
    if all(_is_nothing(statement) for statement in body):
        return f"`{node.name}` is empty"
    only = body[0] if len(body) == 1 else None
    thrown = only.exc if isinstance(only, ast.Raise) else None
    unmade = "NotImplementedError" in (module.dotted(thrown), module.called(thrown))
    return f"`{node.name}` is not implemented" if unmade else None


def _is_nothing(statement: ast.stmt) -> bool:
    ellipsis = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass) or ellipsis


@rule(_TOOL, "endless-recursion", ERROR, "a recursion needs a case that ends it", *FUNCTIONS, cwe=674)
def endless_recursion(module: Module, node: Function) -> str | None:
    """A function that calls itself on every path."""
    if not isinstance(parent_of(node), ast.Module) or node.name in module.aliases:
        return None
    for statement in _own_statements(node):
        if isinstance(statement, (ast.If, ast.Try, ast.With, ast.Match, *LOOPS, *FUNCTIONS)):
            return None
        for part in ast.walk(statement):
            if isinstance(part, ast.IfExp | ast.BoolOp | ast.Lambda | ast.comprehension | ast.Yield | ast.Raise):
                return None
            own = isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == node.name
            if own and not any(isinstance(use.ctx, ast.Store) for use in module.names.get(node.name, ())):
                return f"`{node.name}` calls itself on every path"
        if isinstance(statement, ast.Return):
            return None
    return None


@rule(_TOOL, "leaves-at-first", WARNING, "a loop that always leaves in its first turn is none", *LOOPS)
def leaves_at_first(module: Module, node: ast.For | ast.While) -> str | None:
    """A loop whose every path leaves in the first turn."""
    if any(isinstance(part, ast.Continue) for part in ast.walk(node)):
        return None
    return "every path leaves the loop in its first turn" if _always_leaves(node.body) else None


def _always_leaves(body: list[ast.stmt]) -> bool:
    for statement in body:
        if isinstance(statement, ast.Return | ast.Break | ast.Raise):
            return True
        if isinstance(statement, ast.If) and _always_leaves(statement.body) and _always_leaves(statement.orelse):
            return True
    return False


@rule(
    _TOOL, "unreachable", WARNING, "code behind a return is never run", ast.Return, ast.Raise, ast.Continue, ast.Break
)
def unreachable(module: Module, node: ast.stmt) -> str | None:
    """Statements that no path reaches."""
    above = parent_of(node)
    for name in ("body", "orelse", "finalbody"):
        body = getattr(above, name, None)
        if isinstance(body, list) and node in body and body.index(node) < len(body) - 1:
            return "what follows in this block is never run"
    return None


@rule(_TOOL, "sometimes-nothing", NOTE, "a function that returns values returns one on every path", *FUNCTIONS)
def sometimes_nothing(module: Module, node: Function) -> str | None:
    """Some paths return a value and others fall off the end."""
    returns = [each for each in module.by_type.get(ast.Return, ()) if scope_of(each) is node]
    yields = any(scope_of(each) is node for kind in (ast.Yield, ast.YieldFrom) for each in module.by_type.get(kind, ()))
    valued = [each for each in returns if each.value is not None and not _is_none(each.value)]
    if not valued or yields or not _falls_off(node.body):
        return None
    return f"`{node.name}` returns a value on some paths and falls off its end on others"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _falls_off(body: list[ast.stmt]) -> bool:
    """Whether control can reach the end of a block."""
    last = body[-1]
    match last:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return False
        case ast.If():
            return not last.orelse or _falls_off(last.body) or _falls_off(last.orelse)
        case ast.While():
            forever = isinstance(last.test, ast.Constant) and bool(last.test.value)
            return not forever or any(isinstance(part, ast.Break) for part in ast.walk(last))
        case ast.For() | ast.AsyncFor():
            return not last.orelse or _falls_off(last.orelse)
        case ast.With() | ast.AsyncWith():
            return _falls_off(last.body)
        case ast.Try():
            if last.finalbody and not _falls_off(last.finalbody):
                return False
            ends = [last.orelse or last.body, *(handler.body for handler in last.handlers)]
            return any(_falls_off(end) for end in ends)
        case ast.Match():
            total = any(_is_total(case) for case in last.cases)
            return not total or any(_falls_off(case.body) for case in last.cases)
        case _:
            return True


def _is_total(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None


@rule(_TOOL, "prints-its-answer", ERROR, "an answer is returned", *FUNCTIONS)
def prints_its_answer(module: Module, node: Function) -> str | None:
    """The only function prints what it found and returns nothing."""
    if not isinstance(parent_of(node), ast.Module) or node.returns is None or _is_none(node.returns):
        return None
    inside = [part for part in ast.walk(node) if isinstance(part, ast.Return | ast.Yield | ast.YieldFrom | ast.Raise)]
    if inside or all(_is_nothing(statement) for statement in _own_statements(node)):
        return None
    return f"`{node.name}` is declared to return a value and never does"


@rule(_TOOL, "loops-forever", ERROR, "a loop comes to an end", ast.While, cwe=835)
def loops_forever(module: Module, node: ast.While) -> str | None:
    """A loop without an end and without anything that could end it."""
    inside = [part for statement in node.body for part in ast.walk(statement)]
    if any(
        isinstance(part, ast.Break | ast.Return | ast.Raise | ast.Yield | ast.YieldFrom | ast.Await) for part in inside
    ):
        return None
    if isinstance(node.test, ast.Constant):
        calls = any(isinstance(part, ast.Call) for part in inside)
        return "nothing ends this loop" if node.test.value and not calls else None
    names = {part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)}
    plain = all(isinstance(part, ast.Name | ast.Constant | ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp
                | ast.expr_context | ast.operator | ast.cmpop | ast.boolop | ast.unaryop)
                for part in ast.walk(node.test))  # fmt: skip
    if not names or not plain:
        return None
    touched = {part.id for part in inside if isinstance(part, ast.Name)}
    held = all(_is_local(module, name, node) for name in names)
    return "nothing in this loop changes what it waits for" if held and not names & touched else None


def _is_local(module: Module, name: str, node: ast.AST) -> bool:
    """Whether a name belongs to the function around a node, and no other one changes it."""
    scope = scope_of(node)
    if not isinstance(scope, FUNCTIONS):
        return False
    shared = [each for kind in (ast.Global, ast.Nonlocal) for each in module.by_type.get(kind, ())]
    if any(name in each.names for each in shared):
        return False
    arguments = (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)
    given = any(isinstance(use.ctx, ast.Store) for use in module.uses(name, scope))
    return given or any(argument.arg == name for argument in arguments)


@rule(_TOOL, "compared-with-itself", ERROR, "a comparison has two sides", ast.Compare)
def compared_with_itself(module: Module, node: ast.Compare) -> str | None:
    """Both sides are the same name."""
    if len(node.ops) != 1:
        return None
    left, right = node.left, node.comparators[0]
    same = isinstance(left, ast.Name) and isinstance(right, ast.Name) and left.id == right.id
    number = isinstance(node.ops[0], ast.NotEq | ast.Eq)  # x != x asks for NaN
    return f"`{left.id}` is compared with itself" if same and not number else None  # type: ignore[attr-defined]  # a name
