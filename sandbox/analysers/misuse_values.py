"""API misuse: what calls return and change."""

from __future__ import annotations

import ast

from .module import FUNCTIONS, Module, ancestors, bound_name, method_calls, parent_of, scope_of, statement_of
from .rules import ERROR, WARNING, rule

_TOOL = "misuse"


_MATCHERS = frozenset({"re.match", "re.search", "re.fullmatch"})


_OF_MATCH = frozenset({"group", "groups", "groupdict", "start", "end", "span"})


def _is_match(module: Module, node: ast.AST | None) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if module.called(node) in _MATCHERS:
        return True
    inner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return (
        module.called(inner) == "re.compile"
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in ("match", "search", "fullmatch"))
    )


@rule(_TOOL, "match-unguarded", WARNING, "re.match(...) → test for None → .group()", ast.Call, cwe=476)
def match_unguarded(module: Module, node: ast.Call) -> str | None:
    """The result of a match is used without a test for None."""
    if not _is_match(module, node):
        return None
    above = parent_of(node)
    if (isinstance(above, ast.Attribute) and above.attr in _OF_MATCH) or (
        isinstance(above, ast.Subscript) and above.value is node
    ):
        return "the match may be None: test it before its groups are taken"
    name = bound_name(node)
    if name is None:
        return None
    for use in module.uses(name, scope_of(node)):
        inside = parent_of(use)
        taken = isinstance(inside, ast.Attribute | ast.Subscript)
        if isinstance(use.ctx, ast.Load) and not taken:
            return None  # tested or handed on somewhere: believed
    taken_at = method_calls(module, name, scope_of(node), _OF_MATCH)
    caught = any(isinstance(above, ast.Try) for call in taken_at for above in ancestors(call))
    return f"`{name}` may be None: test it before its groups are taken" if taken_at and not caught else None


_MUTATORS = frozenset({
    "append", "extend", "insert", "remove", "pop", "popitem", "clear", "add", "discard", "update", "setdefault",
    "appendleft", "popleft", "extendleft",
})  # fmt: skip


_RESIZERS = _MUTATORS - {"update", "setdefault"}


def _mutable_default(node: ast.expr, module: Module) -> bool:
    if isinstance(node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    return module.called(node) in ("list", "dict", "set", "collections.defaultdict", "collections.deque",
                                   "collections.Counter", "collections.OrderedDict")  # fmt: skip


@rule(_TOOL, "mutable-default", WARNING, "a default that is changed must be made in the call", *FUNCTIONS, cwe=1188)
def mutable_default(module: Module, node: ast.FunctionDef) -> str | None:
    """A default value that calls share and that the function changes or hands out."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True))
    pairs += [(name, value) for name, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    for argument, default in pairs:
        if not _mutable_default(default, module):
            continue
        name = argument.arg
        for use in module.uses(name, node):
            above = parent_of(use)
            stored = (
                isinstance(above, ast.Subscript) and above.value is use and isinstance(above.ctx, ast.Store | ast.Del)
            )
            grown = isinstance(above, ast.AugAssign) and above.target is use
            if stored or grown or isinstance(above, ast.Return):
                return f"the default of `{name}` is shared by all calls, and this function changes or returns it"
        if method_calls(module, name, node, _MUTATORS):
            return f"the default of `{name}` is shared by all calls, and this function changes it"
    return None


@rule(_TOOL, "mutated-while-iterated", ERROR, "what is iterated must not grow or shrink: iterate over a copy", ast.For)
def mutated_while_iterated(module: Module, node: ast.For) -> str | None:
    """A loop adds to or removes from what it iterates over, and goes on."""
    iterated: ast.expr = node.iter
    if isinstance(iterated, ast.Call) and module.called(iterated) == "enumerate" and iterated.args:
        iterated = iterated.args[0]
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute):
        if iterated.func.attr not in ("keys", "values", "items"):
            return None
        iterated = iterated.func.value
    name = module.dotted(iterated)
    if not name or name == "self":  # an object of one's own may well allow it
        return None
    for statement in node.body:
        for part in ast.walk(statement):
            if _resizes(module, part, name) and not _leaves_loop(part, node) and not _rebound(module, node, name):
                return f"`{name}` changes its size while it is iterated over"
    return None


def _resizes(module: Module, part: ast.AST, name: str) -> bool:
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in _RESIZERS:
        return module.dotted(part.func.value) == name
    return isinstance(part, ast.Delete) and any(
        isinstance(target, ast.Subscript) and module.dotted(target.value) == name for target in part.targets
    )


def _leaves_loop(part: ast.AST, loop: ast.AST) -> bool:
    """Whether the statement's block ends by leaving the loop."""
    node: ast.AST = statement_of(part)
    while node is not loop:
        above = parent_of(node)
        for body in (getattr(above, "body", []), getattr(above, "orelse", []), getattr(above, "finalbody", [])):
            if isinstance(body, list) and node in body and any(
                isinstance(each, ast.Break | ast.Return | ast.Raise) for each in body[body.index(node) :]
            ):  # fmt: skip
                return True
        node = above
    return False


def _rebound(module: Module, loop: ast.For, name: str) -> bool:
    """Whether the loop gives the name another value, so that it no longer is what is iterated."""
    root = name.partition(".")[0]
    uses = module.uses(root, scope_of(loop))
    return any(isinstance(use.ctx, ast.Store) and loop in ancestors(use) for use in uses)


@rule(_TOOL, "result-discarded", ERROR, "strings and sorted copies are new values: keep the result", ast.Expr, cwe=252)
def result_discarded(module: Module, node: ast.Expr) -> str | None:
    """A call that only returns something, and whose result nobody keeps."""
    call = node.value
    if not isinstance(call, ast.Call):
        return None
    called = module.called(call)
    if called in ("sorted", "reversed", "map", "filter", "zip", "copy.copy", "copy.deepcopy", "os.path.join"):
        return f"`{called}` returns something new, which is thrown away"
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    of_text = {"upper", "lower", "strip", "lstrip", "rstrip", "title", "capitalize", "swapcase", "casefold", "zfill"}
    few = len(call.args) <= (method.endswith(("strip", "fill"))) and not call.keywords
    if (method in of_text and few) or (method == "replace" and _is_text_replace(call)):
        return f"`.{method}` returns a new string, which is thrown away"
    return None


def _is_text_replace(call: ast.Call) -> bool:
    texts = [each for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return len(call.args) >= 2 and bool(texts) and not call.keywords


_IN_PLACE = frozenset({"sort", "reverse", "append", "extend", "insert", "remove", "clear"})


@rule(_TOOL, "nothing-used", ERROR, "methods that change a list in place return None", ast.Call, cwe=394)
def nothing_used(module: Module, node: ast.Call) -> str | None:
    """The None of a method that works in place is taken for its result."""
    if module.called(node) == "random.shuffle":
        told = "random.shuffle"
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _IN_PLACE and _is_list(module, node.func.value):
        told = f".{node.func.attr}"
    else:
        return None
    above = parent_of(node)
    taken = isinstance(above, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.Return | ast.For | ast.Subscript)
    taken = taken or (isinstance(above, ast.Call) and node in above.args) or isinstance(above, ast.Attribute)
    return f"`{told}` returns None, and that is what is used" if taken else None


def _is_list(module: Module, node: ast.expr) -> bool:
    """Whether a value is a list as far as its name tells: a display, a call of list, or a name that was given one."""
    if isinstance(node, ast.List | ast.ListComp) or module.called(node) in ("list", "sorted"):
        return True
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("split", "splitlines")
    ):
        return True
    if not isinstance(node, ast.Name):
        return False
    given = [parent_of(use) for use in module.uses(node.id, scope_of(node)) if isinstance(use.ctx, ast.Store)]
    values = [above.value for above in given if isinstance(above, ast.Assign | ast.AnnAssign) and above.value]
    values = [value for value in values if not (isinstance(value, ast.Call) and _uses(value, node.id))]
    if values and len(values) <= len(given):
        return all(not isinstance(value, ast.Name) and _is_list(module, value) for value in values)
    return not given and _annotated_list(node)


def _uses(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _annotated_list(name: ast.Name) -> bool:
    """Whether the name is a parameter that is annotated as a list."""
    scope = scope_of(name)
    if not isinstance(scope, FUNCTIONS):
        return False
    for argument in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs):
        if argument.arg == name.id and argument.annotation is not None:
            words = ast.unparse(argument.annotation)
            return words.startswith(("list", "List", "typing.List"))
    return False


@rule(
    _TOOL, "view-subscripted", ERROR, "views and iterators have no places: list(...)[0], next(iter(...))", ast.Subscript
)
def view_subscripted(module: Module, node: ast.Subscript) -> str | None:
    """A view or an iterator is indexed."""
    if not isinstance(node.value, ast.Call):
        return None
    called = module.called(node.value)
    if called in ("map", "filter", "zip", "reversed", "enumerate", "iter"):
        return f"what `{called}` returns cannot be indexed"
    function = node.value.func
    view = isinstance(function, ast.Attribute) and function.attr in ("keys", "values", "items")
    if view and not node.value.args and _is_dict(module, function.value):  # type: ignore[attr-defined]  # seen above
        return "a view cannot be indexed"
    return None


def _is_dict(module: Module, node: ast.expr) -> bool:
    if isinstance(node, ast.Dict | ast.DictComp):
        return True
    if not isinstance(node, ast.Name):
        return module.called(node) in ("dict", "collections.Counter", "collections.defaultdict")
    given = [parent_of(use) for use in module.uses(node.id, scope_of(node)) if isinstance(use.ctx, ast.Store)]
    values = [above.value for above in given if isinstance(above, ast.Assign)]
    return (
        bool(values)
        and len(values) == len(given)
        and all(not isinstance(value, ast.Name) and _is_dict(module, value) for value in values)
    )


@rule(_TOOL, "length-of-iterator", ERROR, "iterators have no length: len(list(...))", ast.Call)
def length_of_iterator(module: Module, node: ast.Call) -> str | None:
    """The length of something that has none."""
    if module.called(node) != "len" or len(node.args) != 1:
        return None
    inner = module.called(node.args[0])
    if inner in ("map", "filter", "zip", "reversed", "enumerate", "iter") or isinstance(node.args[0], ast.GeneratorExp):
        return f"what `{inner or 'a generator expression'}` makes has no length"
    return None


@rule(_TOOL, "float-as-index", ERROR, "an index is an integer: `//`", ast.Subscript)
def float_as_index(module: Module, node: ast.Subscript) -> str | None:
    """The result of a true division is used as an index."""
    parts = [node.slice.lower, node.slice.upper] if isinstance(node.slice, ast.Slice) else [node.slice]
    divided = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div) for part in parts)
    if divided and not (isinstance(node.value, ast.Name) and _is_dict(module, node.value)):
        return "`/` makes a float, which is no index: use `//`"
    return None


@rule(_TOOL, "float-as-count", ERROR, "range and repetition need integers: `//`", ast.Call)
def float_as_count(module: Module, node: ast.Call) -> str | None:
    """The result of a true division is used as a count."""
    if module.called(node) not in ("range", "itertools.combinations", "itertools.permutations"):
        return None
    divided = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div) for part in node.args)
    return "`/` makes a float, which is no count: use `//`" if divided else None


@rule(_TOOL, "rows-are-one-list", ERROR, "[[0] * n for _ in range(m)] makes rows of their own", ast.BinOp)
def rows_are_one_list(module: Module, node: ast.BinOp) -> str | None:
    """A table whose rows are all the same list, and that is written to."""
    if not isinstance(node.op, ast.Mult) or not isinstance(node.left, ast.List) or len(node.left.elts) != 1:
        return None
    row = node.left.elts[0]
    listed = isinstance(row, ast.List | ast.ListComp | ast.Dict | ast.Set)
    name = bound_name(node)
    if not listed and not (isinstance(row, ast.BinOp) and isinstance(row.left, ast.List)):
        return None
    if name is None:
        return None
    for use in module.uses(name, scope_of(node)):
        above = parent_of(use)
        if not (isinstance(above, ast.Subscript) and above.value is use):
            continue
        outer = parent_of(above)
        stored = isinstance(outer, ast.Subscript) and isinstance(outer.ctx, ast.Store) and outer.value is above
        changed = isinstance(outer, ast.Attribute) and outer.attr in _MUTATORS
        if stored or changed:
            return f"all rows of `{name}` are one and the same list"
    return None


@rule(_TOOL, "values-are-one-list", ERROR, "{key: [] for key in keys} makes values of their own", ast.Call)
def values_are_one_list(module: Module, node: ast.Call) -> str | None:
    """A dictionary whose values are all the same list, and that is written to."""
    if module.called(node) != "dict.fromkeys" or len(node.args) < 2 or not _mutable_default(node.args[1], module):
        return None
    name = bound_name(node)
    for use in module.uses(name, scope_of(node)) if name else ():
        above = parent_of(use)
        outer = parent_of(above) if isinstance(above, ast.Subscript) and above.value is use else None
        if isinstance(outer, ast.Attribute) and outer.attr in _MUTATORS:
            return f"all values of `{name}` are one and the same object"
    return None


@rule(_TOOL, "next-in-generator", WARNING, "next(...) in a generator needs a default or a guard", ast.Call)
def next_in_generator(module: Module, node: ast.Call) -> str | None:
    """A StopIteration that becomes a RuntimeError."""
    scope = scope_of(node)
    if module.called(node) != "next" or len(node.args) != 1 or not isinstance(scope, FUNCTIONS):
        return None
    yields = any(
        scope_of(each) is scope for kind in (ast.Yield, ast.YieldFrom) for each in module.by_type.get(kind, ())
    )
    guarded = any(isinstance(above, ast.Try) for above in ancestors(node))
    return "at the end this becomes a RuntimeError: give next a default" if yields and not guarded else None


@rule(_TOOL, "strip-of-a-word", WARNING, "strip takes a set of characters: removeprefix, removesuffix", ast.Call)
def strip_of_a_word(module: Module, node: ast.Call) -> str | None:
    """A word is given where a set of characters is meant."""
    if not (isinstance(node.func, ast.Attribute) and node.func.attr in ("strip", "lstrip", "rstrip")):
        return None
    argument = node.args[0] if len(node.args) == 1 else None
    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
        return None
    text = argument.value
    letters = sum(character.isalpha() for character in text)
    doubled = len(set(text)) < len(text)
    return "this strips characters, not the word: use removeprefix or removesuffix" if doubled and letters > 2 else None
