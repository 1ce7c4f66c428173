"""Audits and strengthenings over real HTTP, on a set that is small enough to be looked at in seconds."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.domain.requests import Scope
from service.usecases.api_keys import create_key
from tests.e2e.conftest import Done, Server
from tests.fakes.service import running_service

QUICK = {"examples": 40, "cases": 5}
TRIPLE = "def triple(x):\n    if x < 0:\n        return -triple(-x)\n    return x * 3\n"
SLOW = f"import time\ntime.sleep(0.1)\n{TRIPLE}"


def task(local: str, reference: str | None = TRIPLE, base: tuple[str, ...] = ("triple(2) == 6",)) -> dict[str, Any]:
    suites = [
        {"name": "base", "kind": "asserts", "cases": [f"assert {case}" for case in base]},
        {"name": "plus", "kind": "asserts", "visibility": "hidden", "cases": ["assert triple(-2) == -6"]},
    ]
    told = {} if reference is None else {"reference": reference}
    prompt = f"Triple a whole number, number {local}."
    return {"set": "tiny", "local": local, "entry_point": "triple", "prompt": prompt, "suites": suites, **told}


SOUND = task("sound", base=("triple(2) == 6", "triple(0) == 0", "triple(5) == 15"))
MENDED = task("sound", base=("triple(2) == 6", "triple(7) == 21"))
WRONG = task("wrong", base=("triple(2) == 6", "triple(3) == 10"))
BARE = task("bare", reference=None)


def write(path: Path, *tasks: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(each) + "\n" for each in tasks))
    return str(path)


def awaited(http: httpx.Client, place: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    for _ in range(1200):
        found: dict[str, Any] = http.get(place).json()
        if until(found):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def ended(found: dict[str, Any]) -> bool:
    return bool(found["state"] != "running")


def suites_of(http: httpx.Client, local: str) -> dict[str, bool]:
    return {suite["name"]: suite["hidden"] for suite in http.get(f"/v1/tasks/tiny/{local}").json()["suites"]}


def begun(http: httpx.Client, path: str, **fields: object) -> str:
    answer = http.post(path, json=fields, headers={"Idempotency-Key": f"{path} {fields}"})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/audits/{answer.json()['id']}"
    assert answer.json()["state"] == "running"
    return str(answer.headers["Location"])


@pytest.mark.timeout(180)
def test_a_set_is_strengthened_and_keeps_its_suites_until_a_task_changes(
    server: Server, assay: Callable[..., Done], tmp_path: Path
) -> None:
    file = write(tmp_path / "tiny.jsonl", SOUND, BARE)
    server.start()
    arguments = ("tasks", "import", "native", file, "--name", "tiny", "--url", server.url)
    assert assay(*arguments).code == 0
    with httpx.Client(base_url=server.url, timeout=60) as http:
        place = begun(http, "/v1/task-sets/tiny/strengthen", **QUICK)
        assert begun_again(http, place)
        found = awaited(http, place, ended)
        assert (found["state"], found["progress"]) == ("completed", {"done": 2, "total": 2})
        assert found["tasks"] is None
        assert (found["summary"]["strengthened"], list(found["summary"]["without"])) == (1, ["tiny/bare"])
        assert set(http.get(place, params={"tasks": True}).json()["tasks"]) == {"tiny/sound", "tiny/bare"}
        assert suites_of(http, "sound") == {"base": False, "plus": True, "strengthened": True}

        again = assay(*arguments, "--json")
        assert (json.loads(again.out)["unchanged"], json.loads(again.out)["strengthen_again"]) == (2, 0)
        assert "strengthened" in suites_of(http, "sound")
        write(tmp_path / "tiny.jsonl", MENDED, BARE)
        changed = assay(*arguments)
        assert (changed.code, "1 tasks changed" in changed.err) == (0, True)
        assert suites_of(http, "sound") == {"base": False, "plus": True}

    options = ("--examples", "40", "--cases", "5", "--url", server.url)
    partly = assay("tasks", "strengthen", "tiny", *options, "--json")
    assert (partly.code, json.loads(partly.out)["summary"]["unchanged"]) == (4, 0)
    whole = assay("tasks", "strengthen", "tiny", "--limit", "1", *options)
    assert (whole.code, "1 of 1 tasks have a suite strengthened now (1 had it before)" in whole.out) == (0, True)
    verified = ("verify", "-", "--task", "tiny/sound", "--verifier", "base", "--url", server.url)
    wrong = b"def triple(x):\n    return {2: 6, 7: 21}.get(x, 0)\n"
    assert assay(*verified, stdin=wrong).code == 0
    assert assay(*verified, "--verifier", "strengthened", stdin=wrong).code == 1
    assert assay(*verified, "--verifier", "strengthened", stdin=TRIPLE.encode()).code == 0
    assert assay("tasks", "strengthen", "nowhere", "--url", server.url).code == 2


def begun_again(http: httpx.Client, place: str) -> bool:
    """Asking with the same key names what was begun, whether or not it has ended."""
    path = "/v1/task-sets/tiny/strengthen"
    answer = http.post(path, json=QUICK, headers={"Idempotency-Key": f"{path} {QUICK}"})
    return answer.status_code == 202 and answer.headers["Location"] == place


@pytest.mark.timeout(180)
def test_a_set_is_audited_and_its_flags_are_reviewed(
    server: Server, assay: Callable[..., Done], tmp_path: Path
) -> None:
    file = write(tmp_path / "tiny.jsonl", SOUND, WRONG)
    server.start()
    assert assay("tasks", "import", "native", file, "--name", "tiny", "--url", server.url).code == 0
    options = ("--mutants", "1", "--repeats", "2", "--url", server.url, "--json")
    audited = assay("tasks", "audit", "tiny", *options)
    assert audited.code == 4, audited.err
    found = json.loads(audited.out)
    flag = next(each for each in found["flags"] if each["task_id"] == "tiny/wrong" and each["label_error"])
    assert (flag["kind"], flag["suite"], flag["review"]) == ("wrong_gold", "base", "open")
    place = f"/v1/audits/{found['id']}"
    with httpx.Client(base_url=server.url, timeout=60) as http:
        changed = http.patch(f"{place}/flags/{flag['id']}", json={"review": "confirmed", "note": "3 · 3 is 9"})
        assert (changed.status_code, changed.json()["review"]) == (200, "confirmed")
        listed = http.get(f"{place}/flags", params={"review": "confirmed"}).json()["items"]
        assert [(each["id"], each["note"]) for each in listed] == [(flag["id"], "3 · 3 is 9")]
        assert http.patch(f"{place}/flags/{flag['id']}", json={"review": "perhaps"}).status_code == 422
        assert http.patch(f"{place}/flags/flag_{'0' * 26}", json={"review": "open"}).status_code == 404
        assert http.get(f"/v1/audits/aud_{'0' * 26}").status_code == 404
        shown = http.get("/v1/audits", params={"task_set": "tiny"}).json()["items"]
        assert [each["id"] for each in shown] == [found["id"]]
    reviewed = assay("tasks", "review", found["id"], flag["id"], "dismissed", "--url", server.url, "--json")
    assert (reviewed.code, json.loads(reviewed.out)["review"]) == (0, "dismissed")
    again = json.loads(assay("tasks", "audit", "tiny", *options).out)
    kept = [each["review"] for each in again["flags"] if each["kind"] == "wrong_gold"]
    assert (again["id"] != found["id"], kept) == (True, ["dismissed"])


@pytest.mark.timeout(180)
def test_what_was_interrupted_goes_on_where_it_was(server: Server, assay: Callable[..., Done], tmp_path: Path) -> None:
    slow = [{**task(str(number), SLOW), "prompt": f"Triple, {number}."} for number in range(6)]
    file = write(tmp_path / "tiny.jsonl", *slow)
    server.start()
    assert assay("tasks", "import", "native", file, "--name", "tiny", "--url", server.url).code == 0
    fields = {"examples": 10, "cases": 5, "mutants": 0}
    with httpx.Client(base_url=server.url, timeout=60) as http:
        place = begun(http, "/v1/task-sets/tiny/strengthen", **fields)
        awaited(http, place, lambda found: found["progress"]["done"] >= 1)
    assert server.end() == 0
    server.start()
    with httpx.Client(base_url=server.url, timeout=60) as http:
        stopped = http.get(place).json()
        assert (stopped["state"], stopped["summary"]) == ("interrupted", None)
        done = stopped["progress"]["done"]
        assert 1 <= done < 6
        resumed = begun(http, "/v1/task-sets/tiny/strengthen", **fields, limit=6)
        summary = awaited(http, resumed, ended)["summary"]
    assert (summary["strengthened"], summary["unchanged"] >= done) == (6, True)


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, dict[str, str]]]]:
    """A service with one key for each scope."""
    async with running_service(tmp_path, worker=False) as running:
        made = {scope.value: await create_key(running.app, scope.value, frozenset({scope})) for scope in Scope}
        yield running.http, {name: {"Authorization": f"Bearer {key.secret}"} for name, key in made.items()}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/task-sets/demo/audit"),
        ("POST", "/v1/task-sets/demo/strengthen"),
        ("GET", "/v1/audits"),
        ("GET", f"/v1/audits/aud_{'0' * 26}"),
        ("GET", f"/v1/audits/aud_{'0' * 26}/flags"),
        ("PATCH", f"/v1/audits/aud_{'0' * 26}/flags/flag_{'0' * 26}"),
    ],
)
async def test_all_of_it_is_for_admins(
    keys: tuple[httpx.AsyncClient, dict[str, dict[str, str]]], method: str, path: str
) -> None:
    http, headers = keys
    body = {"POST": {}, "PATCH": {"review": "open"}}.get(method)
    told = {
        name: (await http.request(method, path, json=body, headers=given)).status_code
        for name, given in {"nobody": {}, **headers}.items()
    }
    assert (told["nobody"], told["read"], told["submit"]) == (401, 403, 403)
    assert told["admin"] in (200, 404, 503)  # this process runs no code, and there is no such audit
