"""API misuse: what is acquired is released, what is started is ended, what is asked is waited for."""

from __future__ import annotations

import ast

from .module import (
    LOOPS,
    Module,
    ancestors,
    bound_name,
    escapes,
    function_of,
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
