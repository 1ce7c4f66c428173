from __future__ import annotations

import pytest

from tasks.names import prompt_prelude


@pytest.mark.parametrize(
    ("prompt", "prelude"),
    [
        ("Add", ""),
        ("add(1, 2)", ""),
        ("Add two numbers.", ""),
        ("import random\nrandom.seed(3)\ndef f(x):\n    '''Draw.'''", "import random\n\nrandom.seed(3)\n"),
        ("def half(x): return x / 2\ndef f(x): pass", "def half(x):\n    return x / 2\n"),
    ],
)
def test_only_what_a_prompt_brings_is_its_prelude(prompt: str, prelude: str) -> None:
    assert prompt_prelude(prompt, "f") == prelude
