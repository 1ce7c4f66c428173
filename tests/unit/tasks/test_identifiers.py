from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from tasks.formats import FORMATS
from tasks.identifiers import resolve_local
from tasks.sources import SOURCES

from .conftest import PUBLIC


@pytest.mark.parametrize(
    ("set_name", "given", "local"),
    [
        ("mbpp", "Mbpp/11", "11"),
        ("mbpp", "11", "11"),
        ("mbpp", " 11 ", "11"),
        ("mbpp", "mbpp/11", "11"),
        ("mbpp", "mbpp-plus/11", "11"),
        ("mbpp-plus", "Mbpp/11", "11"),
        ("mbpp-sanitized", "mbpp/11", "11"),
        ("humaneval", "HumanEval/0", "0"),
        ("humaneval-plus", "humaneval/0", "0"),
        ("mbpp", "HumanEval/0", "HumanEval/0"),
        ("humaneval", "Mbpp/11", "Mbpp/11"),
        ("library", "library/sort-words", "sort-words"),
        ("library", "sort-words", "sort-words"),
        ("library", "other/sort-words", "other/sort-words"),
        ("my-plus", "HumanEval/0", "0"),
        ("mine", "mine/a/b", "a/b"),
    ],
)
def test_ids_are_resolved_within_the_set_that_is_named(set_name: str, given: str, local: str) -> None:
    assert resolve_local(set_name, given) == local


def test_every_public_source_has_a_format() -> None:
    assert set(SOURCES) == set(PUBLIC)
    assert set(SOURCES) <= set(FORMATS)
    assert all(source.url.startswith("https://") for source in SOURCES.values())


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_checksums_are_those_of_the_files(name: str, data: Path) -> None:
    content = (data / PUBLIC[name]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == SOURCES[name].sha256
    assert SOURCES[name].accepts(content)
    assert not SOURCES[name].accepts(content[:-1])


def test_the_same_content_compressed_anew_is_accepted(data: Path) -> None:
    content = gzip.decompress((data / PUBLIC["humaneval"]).read_bytes())
    assert SOURCES["humaneval"].accepts(gzip.compress(content, 1))
    assert SOURCES["humaneval"].accepts(content)
    assert not SOURCES["humaneval"].accepts(gzip.compress(content + b"\n"))
