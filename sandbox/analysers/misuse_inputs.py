"""API misuse: what comes from elsewhere is not trusted."""

from __future__ import annotations

import ast

from .module import Module, function_of, is_built, is_constant, keyword, parent_of, scope_of, statement_of
from .rules import ERROR, WARNING, rule

_TOOL = "misuse"


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
