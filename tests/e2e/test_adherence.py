"""Adherence to style and static rules over a stored run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from service.domain.check import Evidence, Finding, Judgement
from service.domain.ports import Order, Resolved
from service.domain.verdict import Verdict
from tasks.task import Task
from tests.e2e.test_runs import create, finished, line, upload
from tests.fakes.service import running_service
from tests.fakes.verifiers import FakeVerifiers


class Styled(FakeVerifiers):
    """``static`` looks for the words ``snake`` and ``shadow`` in the source."""

    def resolve(self, task: Task, name: str) -> Resolved:
        return Resolved("static", "1", False) if name == "static" else super().resolve(task, name)

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        found = dict(await super().judge(task, order))
        text = order.source.decode()
        findings = (Finding("ruff", "A001", "warning", "shadows"),) if "shadow" in text else ()
        metrics = {"style_snake_case": float("snake" in text), "lines": 1.0}
        evidence = Evidence(findings=findings, metrics=metrics)
        return found | {
            name: Judgement(Verdict.ACCEPTED, evidence=evidence, environment="fingerprint")
            for name in order.verifiers
            if name == "static"
        }


async def test_adherence_per_task_then_over_tasks(tmp_path: Path) -> None:
    async with running_service(tmp_path, Styled()) as running:
        http = running.http
        run = await create(http, verifiers=["base", "plus", "static"])
        codes = {
            0: ["accepted # snake", "accepted # shadow", "accepted:wrong_answer # shadow", "wrong_answer # snake"],
            1: ["accepted # snake", "accepted:wrong_answer # snake", "accepted:wrong_answer # other"],
            2: ["wrong_answer # snake shadow"],
        }
        lines = [line(task, f"{code} {n}") for task, some in codes.items() for n, code in enumerate(some)]
        lines.append(line(1, "accepted:wrong_answer # a repair", parent="earlier"))
        await upload(http, run["id"], "".join(lines))
        await finished(http, run["id"])
        answer = await http.get(f"/v1/runs/{run['id']}/adherence")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert (found["tasks"], found["samples"], found["repairs_left_out"]) == (3, 8, 1)
        style, tool, rule = found["dimensions"]
        assert [(each["kind"], each["name"]) for each in found["dimensions"]] == [
            ("style", "snake_case"), ("analyser", "ruff"), ("rule", "ruff:A001")
        ]  # fmt: skip
        assert style["accepted"]["value"] == pytest.approx((1 / 3 + 2 / 3) / 2)
        assert style["correct"]["value"] == pytest.approx((1 / 2 + 1) / 2)
        assert style["false_positive"]["value"] == pytest.approx((0 + 1 / 2) / 2)
        assert style["false_positive"]["n"] == 2
        assert tool["accepted"]["value"] == rule["accepted"]["value"] == pytest.approx((1 / 3 + 1) / 2)
        assert len(style["accepted"]["interval"]) == 2
        for params, pointer in (({"static": "lint"}, "#/query/static"), ({"x": "1"}, "#/query/x")):
            refused = await http.get(f"/v1/runs/{run['id']}/adherence", params=params)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["pointer"] == pointer
        assert (await http.get("/v1/runs/run_none/adherence")).status_code == 404
        empty = await create(http, verifiers=["base", "plus", "static"])
        nothing = (await http.get(f"/v1/runs/{empty['id']}/adherence")).json()
        assert (nothing["samples"], nothing["dimensions"]) == (0, [])
