from __future__ import annotations

import pytest

from service.domain.candidate import encode_program
from service.domain.requests import LOCAL, Caller, LimitPolicy, LimitValues, Scope
from service.errors import Forbidden, InvalidInput, LimitAboveCap

POLICY = LimitPolicy()


def test_limits_within_the_caps_pass() -> None:
    POLICY.check(LimitValues(cpu_s=300.0, processes=16))
    POLICY.check(LimitValues())


@pytest.mark.parametrize(
    ("asked", "error", "pointer"),
    [
        (LimitValues(cpu_s=300.1), LimitAboveCap, "/limits/cpu_s"),
        (LimitValues(wall_s=float("inf")), LimitAboveCap, "/limits/wall_s"),
        (LimitValues(wall_s=float("nan")), InvalidInput, "/limits/wall_s"),
        (LimitValues(case_wall_s=-1.0), InvalidInput, "/limits/case_wall_s"),
        (LimitValues(processes=0), InvalidInput, "/limits/processes"),
    ],
)
def test_limits_are_refused_and_never_clamped(asked: LimitValues, error: type[InvalidInput], pointer: str) -> None:
    with pytest.raises(error) as caught:
        POLICY.check(asked)
    assert caught.value.pointer == pointer


def test_limits_survive_their_document() -> None:
    limits = LimitValues(cpu_s=1.5, memory_bytes=7)
    assert limits.given() == {"cpu_s": 1.5, "memory_bytes": 7}
    assert LimitValues.of(limits.given()) == limits


def test_admin_holds_every_scope() -> None:
    LOCAL.require(Scope.SUBMIT)
    LOCAL.require(Scope.READ)
    with pytest.raises(Forbidden, match="submit"):
        Caller("key_1", frozenset({Scope.READ})).require(Scope.SUBMIT)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = 'é'\n", "x = 'é'\n".encode()),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n", b"# -*- coding: latin-1 -*-\nx = '\xe9'\n"),
        (
            "#!/bin/sh\n# vim: set fileencoding=cp1252 :\nx = 'é'",
            b"#!/bin/sh\n# vim: set fileencoding=cp1252 :\nx = '\xe9'",
        ),
        ("# coding: latin-1\nx = '→'\n", "# coding: latin-1\nx = '→'\n".encode()),
        ("# coding: nonsense\nx = 1\n", b"# coding: nonsense\nx = 1\n"),
        ("a\r\n\tb", b"a\r\n\tb"),
    ],
)
def test_a_coding_line_is_honoured(text: str, code: bytes) -> None:
    assert encode_program(text) == code
