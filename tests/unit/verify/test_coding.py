from __future__ import annotations

import ast

import pytest

from service.verify.coding import in_utf8

BODY = "\n\ndef f(x):\n    return 'é'\n"


@pytest.mark.parametrize("name", ["latin-1", "cp1252", "iso-8859-15", "utf-7", "punycode", "mac-roman"])
@pytest.mark.parametrize(
    "line", ["# coding: {}", "#!/usr/bin/python\n# -*- coding: {} -*-", "\n# vim: set fileencoding={} :"]
)
def test_what_python_decodes_is_the_same_program_in_utf8(name: str, line: str) -> None:
    text = line.format(name) + BODY
    source = text.encode(name) if name != "punycode" else (line.format(name) + "\nx = 1\n-").encode()
    found = in_utf8(source)
    found.decode("utf-8")
    assert name.encode() not in found
    if name not in ("punycode", "utf-7"):
        assert ast.dump(ast.parse(found), include_attributes=False) == ast.dump(ast.parse(source))
        assert found.count(b"\n") == source.count(b"\n")


def test_utf8_under_another_name_is_read_as_python_reads_it() -> None:
    source = ("# coding: latin-1" + BODY).encode()
    assert ast.dump(ast.parse(in_utf8(source))) == ast.dump(ast.parse(source))
    assert "Ã©" in in_utf8(source).decode()


@pytest.mark.parametrize(
    "source",
    [
        b"", b"x = 1\n", "x = 'é'\n".encode(), b"\xef\xbb\xbfx = 1\n", b"x = '\xe9'\n", b"# coding: nonsense\nx = 1\n",
        b"# coding: ascii\nx = '\xe9'\n", b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", b"# coding: rot13\nk = 1\n",
        b"# coding: hex\n00\n", b"# coding: idna\n" + b"a" * 100_000, b"x = 1\n\n# coding: latin-1\n", b"\x00\x00",
    ],
)  # fmt: skip
def test_everything_else_is_kept(source: bytes) -> None:
    assert in_utf8(source) == source


def test_what_hides_in_an_encoding_is_seen() -> None:
    assert b"import os" in in_utf8(b"# coding: utf-7\n+AGk-mport os\n")
