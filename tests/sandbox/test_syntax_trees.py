"""Programs compared by their syntax trees, which real cells made."""

from __future__ import annotations

import pytest

from sandbox.port import Sandbox
from service.verify.syntax_trees import CellTrees

SAME = {
    "layout": (
        b"def f(x):\n    return x+1\n",
        b"# told\r\ndef f( x ):\r\n\treturn (x + 1)  # more\r\n",
        b"def f(x): return \\\n x + 1",
    ),
    "docstrings": (
        b'"""One."""\ndef f():\n    "Two."\n    class C:\n        "Three."\n    return C\n',
        b"def f():\n    class C:\n        pass\n    return C\n",
        b'def f():\n    """Another."""\n    class C:\n        """Yet another."""\n        pass\n    return C\n',
    ),
    "spelling": (
        b"x = 'ab', 16, 'e', 1.0",
        b"x = ('a' \"b\", 0x10, u'\\x65', 1e0)",
        b"x = 'ab', 0b1_0000, '''e''', 1.",
    ),
    "branches": (b"if a:\n    b\nelif c:\n    d", b"if a:\n    b\nelse:\n    if c:\n        d"),
    "encodings": ("x = 'é'".encode(), "# coding: latin-1\nx = 'é'".encode("latin-1"), "\ufeffx = 'é'".encode()),
}
DIFFERENT = (
    b"", b"'two'\n'docstrings'", b"x = 1", b"x = 1.0", b"x = True", b"x = '1'", b"x = b'1'", b"y = 1", b"x == 1",
    b"x: int = 1", b"x = 1\npass", b"f(a, b)", b"f(a)(b)", b"f(*a)", b"f(**a)", b"f(a=b)", b"global a, b",
    b"global b, a", b"a < b < c", b"a < b and b < c", b"x = ''", b"x = None", b"x = ...",
    b"async def f(): pass", b"def f(): pass", b"def f(): 1",
    b"f'{a}'", b"f'{a!r}'", b"f'{a:1}'", b"'{a}'.x", b"x = -1", b"x = 1j", b"x = 10 ** 5000", b"x = 0x" + b"f" * 5000,
)  # fmt: skip
UNREADABLE = (
    b"def f(:", b"x = 1\x00", b"x = '\xff'", b"(" * 5000, b"-" * 20_000 + b"1", b"a" + b".b" * 20_000,
    b"\tx\n        y",
)  # fmt: skip


@pytest.fixture
def trees(sandbox: Sandbox) -> CellTrees:
    return CellTrees(sandbox)


async def test_layout_comments_docstrings_and_spelling_do_not_count(trees: CellTrees) -> None:
    for name, programs in SAME.items():
        found = await trees.digests(programs)
        assert None not in found, name
        assert len(set(found)) == 1, name


async def test_everything_else_counts(trees: CellTrees) -> None:
    found = await trees.digests(DIFFERENT)

    assert None not in found
    assert len(set(found)) == len(DIFFERENT)


async def test_what_cannot_be_read_has_no_tree_and_takes_nothing_down_with_it(trees: CellTrees) -> None:
    programs = [program for broken in UNREADABLE for program in (b"x = 1", broken, b"x=1", broken)]
    programs += [b"x = [" + b"1, " * 50_000 + b"]", b"x=1"]

    found = await trees.digests(programs)

    right = await trees.digests([b"x = 1"])
    assert [digest for program, digest in zip(programs, found, strict=True) if program in (b"x = 1", b"x=1")] == [
        *right
    ] * (2 * len(UNREADABLE) + 1)
    assert [found[programs.index(broken)] for broken in UNREADABLE] == [None] * len(UNREADABLE)


async def test_nothing_is_read_of_nothing(trees: CellTrees) -> None:
    assert list(await trees.digests([])) == []
