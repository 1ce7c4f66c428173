"""API misuse: each rule states the call sequence, the guard or the structure that an API needs.

Source:
    The idea of rules as call sequence, guard and structure around an API: Zhong and Wang 2023, RobustAPI,
    arXiv:2308.10335, section 3 (there for Java; these rules are for Python and our own).
"""

from __future__ import annotations

import ast

from .module import (
    FUNCTIONS,
    LOOPS,
    Module,
    ancestors,
    bound_name,
    escapes,
    function_of,
    is_built,
    is_constant,
    keyword,
    method_calls,
    parent_of,
    scope_of,
    statement_of,
)
from .rules import ERROR, NOTE, WARNING, rule

_TOOL = "misuse"
_RELEASE = frozenset({"close", "release", "join", "shutdown", "terminate", "kill", "cleanup", "stop"})


def _entered(call: ast.AST) -> bool:
    """Whether a call is the context of a ``with``, itself or inside ``closing`` and the like."""
    return any(isinstance(above, ast.withitem) for above in ancestors(call)) or (
        isinstance(parent_of(call), ast.Call) and isinstance(parent_of(parent_of(call)), ast.withitem)
    )


def _kept_open(module: Module, call: ast.Call, release: frozenset[str] = _RELEASE) -> bool:
    """Whether what a call acquires is released nowhere in sight and handed to nobody."""
    if _entered(call):
        return False
    above = parent_of(call)
    if isinstance(above, ast.Attribute | ast.For | ast.comprehension | ast.Expr):
        return True  # used in place: nobody can release it any more
    name = bound_name(call)
    if name is None:
        return False
    scope = scope_of(call)
    entered = any(isinstance(parent_of(use), ast.withitem) for use in module.uses(name, scope))
    return not (entered or method_calls(module, name, scope, release) or escapes(module, name, scope))


@rule(_TOOL, "open-without-close", WARNING, "open → close on every path: `with open(...) as file`", ast.Call, cwe=775)
def open_without_close(module: Module, node: ast.Call) -> str | None:
    """A file that is opened and never closed."""
    if module.called(node) not in ("open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open"):
        return None
    return "the file is opened and never closed; use `with`" if _kept_open(module, node) else None


@rule(_TOOL, "socket-without-close", WARNING, "socket → close on every path", ast.Call, cwe=772)
def socket_without_close(module: Module, node: ast.Call) -> str | None:
    """A socket that is never closed."""
    if module.called(node) not in ("socket.socket", "socket.create_connection"):
        return None
    return "the socket is never closed; use `with`" if _kept_open(module, node) else None


@rule(_TOOL, "connection-without-close", WARNING, "connect → close; `with` alone does not close it", ast.Call, cwe=772)
def connection_without_close(module: Module, node: ast.Call) -> str | None:
    """A database connection that is never closed."""
    if module.called(node) not in ("sqlite3.connect", "psycopg2.connect", "pymysql.connect", "mysql.connector.connect"):
        return None
    return "the connection is never closed" if _kept_open(module, node) else None


@rule(_TOOL, "pool-without-shutdown", WARNING, "pool → shutdown or close and join", ast.Call, cwe=772)
def pool_without_shutdown(module: Module, node: ast.Call) -> str | None:
    """A pool of threads or processes that nobody shuts down."""
    if module.called(node).rpartition(".")[2] not in ("ThreadPoolExecutor", "ProcessPoolExecutor", "Pool"):
        return None
    return "the pool is never shut down; use `with`" if _kept_open(module, node) else None


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


_RUNNERS = frozenset({"subprocess.run", "subprocess.call", "os.system"})


@rule(_TOOL, "subprocess-unchecked", WARNING, "run → check=True, or read the exit code", ast.Call, cwe=252)
def subprocess_unchecked(module: Module, node: ast.Call) -> str | None:
    """A program is run and nobody looks at how it ended."""
    called = module.called(node)
    if called not in _RUNNERS or keyword(node, "check") is not None or any(each.arg is None for each in node.keywords):
        return None
    above = parent_of(node)
    told = "how the program ended is never looked at: pass check=True or read the exit code"
    if isinstance(above, ast.Expr):
        return told
    if called == "subprocess.run" and isinstance(above, ast.Attribute):
        return None if above.attr in ("returncode", "check_returncode") else told
    name = bound_name(node)
    if name is None or called != "subprocess.run":
        return None
    scope = scope_of(node)
    uses = [use for use in module.uses(name, scope) if isinstance(use.ctx, ast.Load)]
    attributes = {parent_of(use).attr if isinstance(parent_of(use), ast.Attribute) else "" for use in uses}
    return None if attributes & {"returncode", "check_returncode", ""} else told


@rule(_TOOL, "request-without-timeout", WARNING, "a request over the network needs a timeout", ast.Call, cwe=400)
def request_without_timeout(module: Module, node: ast.Call) -> str | None:
    """A request that may wait for ever."""
    called = module.called(node)
    root, _, verb = called.rpartition(".")
    asked = root in ("requests", "httpx") and verb in ("get", "post", "put", "patch", "delete", "head", "request")
    if (asked and root == "requests") or called == "urllib.request.urlopen":
        positional = called == "urllib.request.urlopen" and len(node.args) > 2
        spread = any(each.arg is None for each in node.keywords)
        if keyword(node, "timeout") is None and not positional and not spread:
            return f"`{called}` without a timeout may wait for ever"
    return None


@rule(_TOOL, "lock-without-release", WARNING, "acquire → release in `finally`; better `with lock`", ast.Call, cwe=667)
def lock_without_release(module: Module, node: ast.Call) -> str | None:
    """A lock that an exception would leave locked, or that is never released."""
    if not (isinstance(node.func, ast.Attribute) and node.func.attr == "acquire"):
        return None
    target = module.dotted(node.func.value)
    if not target or keyword(node, "blocking") is not None or keyword(node, "timeout") is not None or node.args:
        return None
    around = function_of(node) or module.tree
    for call in ast.walk(around):
        released = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "release"
        if released and module.dotted(call.func.value) == target:  # type: ignore[attr-defined]  # seen above
            if any(isinstance(above, ast.Try) and _inside(call, above.finalbody) for above in ancestors(call)):
                return None
            if not _may_raise_between(node, call):
                return None
    return f"`{target}` stays locked if something raises: use `with {target}`"


def _inside(node: ast.AST, body: list[ast.stmt]) -> bool:
    return any(node is part for statement in body for part in ast.walk(statement))


def _may_raise_between(acquire: ast.AST, release: ast.AST) -> bool:
    """Whether anything but plain assignments of literals and names stands between two statements of one body."""
    first, last = statement_of(acquire), statement_of(release)
    body = getattr(parent_of(first), "body", [])
    if first not in body or last not in body:
        return True
    between = body[body.index(first) + 1 : body.index(last)]
    risky = (ast.Call, ast.Subscript, ast.BinOp, ast.Await, ast.Yield, ast.Return, ast.Raise, ast.Assert)
    return any(isinstance(part, risky) for statement in between for part in ast.walk(statement))


@rule(
    _TOOL, "lock-made-for-one-use", ERROR, "threads exclude each other only through one shared lock", ast.Call, cwe=667
)
def lock_made_for_one_use(module: Module, node: ast.Call) -> str | None:
    """A lock that nobody else can ever hold."""
    if module.called(node) not in ("threading.Lock", "threading.RLock", "multiprocessing.Lock", "asyncio.Lock"):
        return None
    used_here = isinstance(parent_of(node), ast.withitem | ast.Attribute)
    return "each use makes a lock of its own, which excludes nobody" if used_here else None


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
    if not name:
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


@rule(_TOOL, "tempfile-mktemp", ERROR, "a temporary file is made and opened in one step: mkstemp", ast.Call, cwe=377)
def tempfile_mktemp(module: Module, node: ast.Call) -> str | None:
    """A temporary name that somebody else may take first."""
    if module.called(node) not in ("tempfile.mktemp", "os.tempnam", "os.tmpnam"):
        return None
    return "somebody else may make a file of that name first: use tempfile.mkstemp or NamedTemporaryFile"


@rule(_TOOL, "sql-by-string", ERROR, "values go to SQL as parameters", ast.Call, cwe=89)
def sql_by_string(module: Module, node: ast.Call) -> str | None:
    """A statement of SQL that is built from values."""
    if not (isinstance(node.func, ast.Attribute) and node.args):
        return None
    if node.func.attr not in ("execute", "executemany", "executescript", "raw", "read_sql", "read_sql_query"):
        return None
    statement: ast.expr = node.args[0]
    if isinstance(statement, ast.Name):
        statement = _last_value(module, statement) or statement
    return "the statement is built from values: pass them as parameters" if is_built(statement) else None


def _last_value(module: Module, name: ast.Name) -> ast.expr | None:
    """What a name was last given before it is used, in the order of the text."""
    value = None
    for use in module.uses(name.id, scope_of(name)):
        if use is name:
            break
        above = parent_of(use)
        if isinstance(above, ast.Assign) and use in above.targets:
            value = above.value
    return value


@rule(_TOOL, "shell-by-string", ERROR, "a shell gets no text that is built from values", ast.Call, cwe=78)
def shell_by_string(module: Module, node: ast.Call) -> str | None:
    """A command line for a shell that is built from values."""
    called = module.called(node)
    shell = called in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")
    asked = called.startswith("subprocess.") and is_constant(keyword(node, "shell"), True)
    if not (shell or asked) or not node.args:
        return None
    command: ast.expr = node.args[0]
    if isinstance(command, ast.Name):
        command = _last_value(module, command) or command
    return "the command line is built from values: pass a list without a shell" if is_built(command) else None


@rule(_TOOL, "eval-of-input", ERROR, "eval and exec get literals only: ast.literal_eval, int, float", ast.Call, cwe=95)
def eval_of_input(module: Module, node: ast.Call) -> str | None:
    """Code is made from text that came from elsewhere."""
    if module.called(node) not in ("eval", "exec") or not node.args or isinstance(node.args[0], ast.Constant):
        return None
    return "text from elsewhere is run as code: use ast.literal_eval or parse it"


@rule(_TOOL, "yaml-load", ERROR, "yaml.load needs SafeLoader: yaml.safe_load", ast.Call, cwe=502)
def yaml_load(module: Module, node: ast.Call) -> str | None:
    """YAML that may make any object."""
    if module.called(node) not in ("yaml.load", "yaml.load_all"):
        return None
    loader = keyword(node, "Loader") or (node.args[1] if len(node.args) > 1 else None)
    safe = module.dotted(loader).rpartition(".")[2] in ("SafeLoader", "CSafeLoader", "BaseLoader")
    return None if safe else "the document may make any object: use yaml.safe_load"


@rule(_TOOL, "unpickled-input", WARNING, "pickles come from oneself alone", ast.Call, cwe=502)
def unpickled_input(module: Module, node: ast.Call) -> str | None:
    """A pickle runs whatever it says when it is loaded."""
    if module.called(node) in ("pickle.load", "pickle.loads", "marshal.loads", "dill.loads", "shelve.open"):
        return "loading it runs whatever it says: use json for data from elsewhere"
    return None


@rule(_TOOL, "archive-extracted-anywhere", WARNING, "extractall needs a filter or checked names", ast.Call, cwe=22)
def archive_extracted_anywhere(module: Module, node: ast.Call) -> str | None:
    """Members of an archive may be written outside the directory."""
    if not (isinstance(node.func, ast.Attribute) and node.func.attr == "extractall"):
        return None
    guarded = keyword(node, "filter") is not None or keyword(node, "members") is not None
    return None if guarded else "members may name places outside the directory: pass filter='data'"


@rule(_TOOL, "certificate-unchecked", ERROR, "TLS needs its certificates checked", ast.Call, cwe=295)
def certificate_unchecked(module: Module, node: ast.Call) -> str | None:
    """A connection that does not look whom it speaks to."""
    called = module.called(node)
    if called == "ssl._create_unverified_context" or (
        called.partition(".")[0] in ("requests", "httpx") and is_constant(keyword(node, "verify"), False)
    ):
        return "the other side's certificate is not checked"
    return None


@rule(_TOOL, "world-writable", WARNING, "files are writable by their owner", ast.Call, cwe=732)
def world_writable(module: Module, node: ast.Call) -> str | None:
    """A file that everybody may write."""
    if module.called(node) not in ("os.chmod", "os.mkdir", "os.makedirs", "os.umask"):
        return None
    umask = module.called(node) == "os.umask"
    for part in (*node.args, *(each.value for each in node.keywords)):
        if isinstance(part, ast.Constant) and type(part.value) is int and (
            part.value == 0 if umask else part.value & 0o002
        ):  # fmt: skip
            return "everybody may write it"
    return None


_SECRETS = ("password", "passwd", "token", "secret", "api_key", "apikey", "salt", "nonce", "otp")


@rule(_TOOL, "guessable-secret", WARNING, "secrets come from the module `secrets`", ast.Call, cwe=330)
def guessable_secret(module: Module, node: ast.Call) -> str | None:
    """A secret from a generator whose next number can be foretold."""
    if not module.called(node).startswith("random.") or module.called(node) == "random.SystemRandom":
        return None
    statement, function = statement_of(node), function_of(node)
    names = [target.id for target in getattr(statement, "targets", []) if isinstance(target, ast.Name)]
    names += [function.name] if function else []
    if any(word in name.lower() for name in names for word in _SECRETS):
        return "its next number can be foretold: use the module secrets"
    return None


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
    if method in of_text or (method == "replace" and _is_text_replace(call)):
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


@rule(_TOOL, "coroutine-not-awaited", ERROR, "a coroutine runs only when it is awaited", ast.Expr)
def coroutine_not_awaited(module: Module, node: ast.Expr) -> str | None:
    """A coroutine function is called and nothing happens."""
    called = module.called(node.value)
    made = {each.name for each in module.by_type.get(ast.AsyncFunctionDef, ()) if scope_of(each) is module.tree}
    if called in made or called in ("asyncio.sleep", "asyncio.gather", "asyncio.wait_for"):
        return f"`{called}` is not awaited, so nothing happens"
    return None


@rule(_TOOL, "blocks-the-loop", WARNING, "a coroutine waits with await asyncio.sleep", ast.Call)
def blocks_the_loop(module: Module, node: ast.Call) -> str | None:
    """A coroutine that stops every other one."""
    called = module.called(node)
    if called not in ("time.sleep", "input") and not called.startswith("requests."):
        return None
    return f"`{called}` stops every other coroutine" if isinstance(scope_of(node), ast.AsyncFunctionDef) else None


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


@rule(_TOOL, "thread-not-joined", NOTE, "start → join, or daemon=True", ast.Call)
def thread_not_joined(module: Module, node: ast.Call) -> str | None:
    """A thread that nobody waits for."""
    if module.called(node) not in ("threading.Thread", "multiprocessing.Process"):
        return None
    if keyword(node, "daemon") is not None:
        return None
    above = parent_of(node)
    if isinstance(above, ast.Attribute) and above.attr == "start":
        return "nobody can wait for this thread any more"
    name = bound_name(node)
    if name is None:
        return None
    scope = scope_of(node)
    started = method_calls(module, name, scope, frozenset({"start"}))
    joined = method_calls(module, name, scope, frozenset({"join"})) or escapes(module, name, scope)
    return f"`{name}` is started and never joined" if started and not joined else None


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


@rule(
    _TOOL, "exists-then-open", NOTE, "open and catch FileNotFoundError: between test and use it may go", ast.If, cwe=367
)
def exists_then_open(module: Module, node: ast.If) -> str | None:
    """A file is looked for first and opened later."""
    tests = [call for call in ast.walk(node.test) if module.called(call) in ("os.path.exists", "os.path.isfile")]
    paths = {ast.dump(call.args[0]) for call in tests if isinstance(call, ast.Call) and call.args}
    for statement in node.body:
        for part in ast.walk(statement):
            opened = isinstance(part, ast.Call) and module.called(part) == "open" and bool(part.args)
            if opened and ast.dump(part.args[0]) in paths:  # type: ignore[attr-defined]  # seen above
                return "between the test and the use the file may go: open it and catch FileNotFoundError"
    return None


@rule(_TOOL, "error-swallowed", WARNING, "an exception is handled, told or let through", ast.ExceptHandler, cwe=390)
def error_swallowed(module: Module, node: ast.ExceptHandler) -> str | None:
    """Every exception is caught and nothing is done about it."""
    everything = node.type is None or module.dotted(node.type) in ("Exception", "BaseException")
    silent = all(isinstance(each, ast.Pass) for each in node.body)
    in_loop = any(isinstance(above, LOOPS) for above in ancestors(node))
    silent = silent or (in_loop and all(isinstance(each, ast.Continue) for each in node.body))
    return "every exception is caught, and nobody hears of it" if everything and silent else None
