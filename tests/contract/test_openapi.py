"""The committed OpenAPI document is the service's own, and the service keeps to it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from scripts.openapi import document
from service.api.application import create_app
from service.domain.check import Judgement
from service.domain.ports import Order
from service.domain.verdict import Verdict
from service.settings import Settings
from service.storage import migrate
from tasks.task import Task
from tests.fakes.service import fake_opening
from tests.fakes.verifiers import FakeVerifiers

ROOT = Path(__file__).parents[2]
COMMITTED = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))


def test_the_committed_document_is_up_to_date() -> None:
    assert json.loads(document()) == COMMITTED, "run: .venv/bin/python -m scripts.openapi"


def test_the_page_names_every_route() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for path, methods in COMMITTED["paths"].items():
        shown = re.sub(r"\{[^/]*_id\}", "{id}", path.removeprefix("/v1"))
        for method in methods:
            assert f"`{method.upper()} {shown}" in page, f"{method} {path}"


class AcceptsAll(FakeVerifiers):
    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        return {name: Judgement(Verdict.ACCEPTED, environment="fingerprint") for name in order.verifiers}


@schemathesis.serializer("application/x-ndjson")
def _as_lines(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service on a socket, with verifiers that accept everything."""
    database = f"sqlite:///{tmp_path_factory.mktemp('contract') / 'assay.db'}"
    migrate.upgrade(database)
    made = Settings(_env_file=None, database_url=database, cells=2, wait_max_s=5)
    server = uvicorn.Server(uvicorn.Config(create_app(made, fake_opening(AcceptsAll())), port=0, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=30)


schema = schemathesis.openapi.from_dict(COMMITTED).exclude(path_regex="/events$")
"""Progress of an empty run is an endless stream, so it is not asked for here."""


@schema.parametrize()
@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_the_service_keeps_to_its_document(case: schemathesis.Case[Any], base_url: str) -> None:
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    case.call_and_validate(base_url=base_url, checks=checks, timeout=30)
