"""Times statistics over generated checks and prints how the database answers.

    scripts/bench_statistics [--candidates N] [URL ...]

Each URL names an empty database; without one a SQLite file is made and deleted. One run gets N candidates (250,000)
of 500 tasks with four checks each: ``base``, ``plus``, ``static`` with findings, and ``similarity`` with scores.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from service.bootstrap import open_service
from service.domain.profile import digest_of
from service.settings import Settings
from service.storage import migrate
from service.storage.database import parse_url
from service.usecases.app import App
from service.usecases.run_summary import summarise_run
from service.usecases.verifier_quality import verifier_quality
from service.usecases.verifier_selection import GroupBy, QualityQuestion
from service.usecases.verifiers import define_verifier

RUN = "run_" + "0" * 26
TASKS = 500
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
# Three outcomes of each of three verifiers by the digits of a scrambled number; most agree.
SCRAMBLED = "((i * 7919 + i / 97) % 1000)"
BASE = f"CASE WHEN {SCRAMBLED} < 700 THEN 'pass' WHEN {SCRAMBLED} < 900 THEN 'wrong_answer' ELSE 'timeout' END"
PLUS = f"CASE WHEN {SCRAMBLED} < 520 THEN 'pass' WHEN {SCRAMBLED} < 900 THEN 'wrong_answer' ELSE 'timeout' END"
STATIC = f"CASE WHEN {SCRAMBLED} % 10 < 8 THEN 'pass' ELSE 'rejected' END"
VERDICTS = {"pass": "accepted", "timeout": "time_limit_exceeded"}


def identifier(prefix: str, dialect: str, number: str = "i") -> str:
    """SQL of an id that looks like ours and sorts by number."""
    digits = f"printf('%026d', {number})" if dialect == "sqlite" else f"lpad(CAST({number} AS text), 26, '0')"
    return f"'{prefix}_' || {digits}"


def statements(dialect: str) -> Iterator[str]:
    """What fills the tables, in order."""
    now = "'2026-01-01 00:00:00'" if dialect == "sqlite" else "now()"
    false = "0" if dialect == "sqlite" else "false"
    candidate, verification = identifier("cand", dialect), identifier("ver", dialect)
    code = "x'70617373'" if dialect == "sqlite" else "convert_to('pass', 'UTF8')"
    yield (
        f"INSERT INTO candidates (id, task_key, run_id, model, sample_index, code, code_hash, notes, metadata, created_at) "  # noqa: E501
        f"{NUMBERS} SELECT {candidate}, 1 + i % {TASKS}, '{RUN}', 'm', i / {TASKS}, {code}, 'h', '[]', '{{}}', {now} FROM n"  # noqa: E501
    )
    profile = f'(SELECT key FROM profiles WHERE document = \'{{"base":"\' || {BASE} || \'","plus":"\' || {PLUS} || \'","similarity":"pass","static":"\' || {STATIC} || \'"}}\')'  # noqa: E501
    yield (
        "INSERT INTO verifications (id, candidate_id, run_id, task_key, profile_key, state, verdict, required, limits, isolation, cache, disclosure, created_at) "  # noqa: E501
        f"{NUMBERS} SELECT {verification}, {candidate}, '{RUN}', 1 + i % {TASKS}, {profile}, 'completed', 'accepted', '[]', '{{}}', 'process', 'use', 'verdict', {now} FROM n"  # noqa: E501
    )
    columns = "id, verification_id, candidate_id, run_id, task_key, position, verifier, verifier_version, hidden, state, priority, attempt, losses, verdict, score, candidate_equality, cases_total, cases_passed, created_at"  # noqa: E501
    words = " ".join(f"WHEN '{word}' THEN '{verdict}'" for word, verdict in VERDICTS.items())
    for position, (name, outcome, score) in enumerate(
        [("base", BASE, "NULL"), ("plus", PLUS, "NULL"), ("static", STATIC, "NULL"), ("similarity", "'pass'", "score")]
    ):
        value = f"(({SCRAMBLED} + i % 97) / 1100.0 + i * 1e-9)" if score == "score" else "NULL"
        check = identifier("chk", dialect, f"i * 4 + {position}")
        yield (
            f"INSERT INTO checks ({columns}) {NUMBERS} SELECT {check}, {verification}, {candidate}, '{RUN}', 1 + i % {TASKS}, {position}, '{name}', '1', {false}, 'completed', 10, 1, 0, CASE {outcome} {words} ELSE {outcome} END, {value}, {false}, 1, 1, {now} FROM n"  # noqa: E501
        )
    score = f"(({SCRAMBLED} + i % 97) / 1100.0 + i * 1e-9)"
    yield (
        f"INSERT INTO scores (verification_id, verifier, run_id, task_key, profile_key, score) {NUMBERS} SELECT {verification}, 'similarity', '{RUN}', 1 + i % {TASKS}, {profile}, {score} FROM n"  # noqa: E501
    )
    yield (
        "INSERT INTO findings (check_id, tool, rule, verification_id, run_id, level, count) "
        f"{NUMBERS} SELECT {identifier('chk', dialect, 'i * 4 + 2')}, 'ruff', 'R' || (i % 20), {verification}, '{RUN}', 'error', 1 FROM n"  # noqa: E501
    )


def fill(url: str, candidates: int) -> None:
    """Make the schema, and one run with its candidates and checks."""
    migrate.upgrade(url)
    engine = engine_of(url)
    dialect = engine.dialect.name
    sqlite = dialect == "sqlite"
    now, true = ("'2026-01-01 00:00:00'", "1") if sqlite else ("now()", "true")
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO task_sets VALUES ('demo', '1', '', '', {now})"))
        connection.execute(
            text(
                "INSERT INTO tasks (key, id, version, set_name, local, position, current, prompt, tags, document) "
                f"{NUMBERS} SELECT i + 1, 'demo/' || i, 'v', 'demo', CAST(i AS varchar(9)), i, {true}, '', '[]', '' FROM n"  # noqa: E501
            ),
            {"last": TASKS - 1},
        )
        run = f"'{RUN}', 'generated', 'm', 'demo', '[\"base\", \"plus\", \"static\", \"similarity\"]', '[]', '{{}}', 'process', 'use', 'verdict', NULL, {now}, NULL"  # noqa: E501
        connection.exec_driver_sql(f"INSERT INTO runs VALUES ({run})".replace("%", "%%"))
        for base in ("pass", "wrong_answer", "timeout"):
            for plus in ("pass", "wrong_answer", "timeout"):
                for static in ("pass", "rejected"):
                    said = {"base": base, "plus": plus, "similarity": "pass", "static": static}
                    document = json.dumps(said, separators=(",", ":"))
                    values = {"digest": digest_of(document), "document": document}
                    connection.execute(
                        text("INSERT INTO profiles (digest, document) VALUES (:digest, :document)"), values
                    )
        for statement in statements(dialect):
            connection.execute(text(statement), {"last": candidates - 1})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if sqlite else "VACUUM ANALYZE"))
    engine.dispose()


def questions(app: App) -> dict[str, Callable[[], Awaitable[Any]]]:
    """What is timed."""

    def asked(*verifiers: str, **more: Any) -> Callable[[], Awaitable[Any]]:
        return lambda: verifier_quality(app, QualityQuestion((RUN,), verifiers, **more))

    return {
        "GET /runs/{id}: progress, pass@1, quality of all verifiers": lambda: summarise_run(app, RUN),
        "base and static against plus: rates, set, agreement, worst tasks": asked("base", "static"),
        "the same for each of 500 tasks": asked("base", "static", by=GroupBy.TASK),
        "the same by error class": asked("base", "static", by=GroupBy.ERROR_CLASS),
        "a combination that was never run: all of base and static": asked("strict"),
        "candidates in which one rule was broken": asked("base", rule="ruff:R7"),
        "for each of 20 rules": asked("base", by=GroupBy.RULE),
        "similarity with its ROC over 250,000 scores": asked("similarity"),
        "similarity at another threshold, with its ROC": asked("similarity", threshold=0.5),
        "a weighted combination over scores, never run": asked("weighted"),
    }


async def measure(url: str) -> None:
    """Print times and plans."""
    settings = Settings(_env_file=None, database_url=url)
    async with open_service(settings, sandbox=False) as service:
        app = service.app
        await define_verifier(app, "strict", {"all_of": ["base", "static"]})
        rule = {"weighted": {"base": 1.0, "similarity": 0.5}, "threshold": 1.2}
        await define_verifier(app, "weighted", rule)
        seen: dict[str, Any] = {}
        gc.freeze()  # as the service's process does once everything is loaded
        for name, ask in questions(app).items():
            times, cpu = [], []
            for _ in range(3):
                began, spent = time.perf_counter(), time.process_time()
                with recorded(seen):
                    await ask()
                times.append(time.perf_counter() - began)
                cpu.append(time.process_time() - spent)
            print(f"{min(times):7.3f} s, {min(cpu):.3f} s of CPU here  {name}", flush=True)
    show_plans(url, seen)


@contextmanager
def recorded(seen: dict[str, Any]) -> Iterator[None]:
    """Keep each statement over verifications, checks, scores or findings with its parameters."""

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if any(f"FROM {table}" in statement for table in ("verifications", "checks", "scores", "findings")):
            seen.setdefault(statement, parameters)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


def engine_of(url: str) -> Engine:
    """A blocking engine on the same database."""
    parsed = parse_url(url)
    return create_engine(parsed.set(drivername="sqlite+pysqlite") if "sqlite" in parsed.drivername else parsed)


def show_plans(url: str, seen: dict[str, Any]) -> None:
    """Print the plan of each statement."""
    engine = engine_of(url)
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        for statement, parameters in seen.items():
            print(f"\n{' '.join(statement.split())[:400]}")
            for row in connection.exec_driver_sql(f"{explain} {statement}", parameters):
                print(f"    {row[-1]}")
    engine.dispose()


def main() -> None:
    """Run on each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=250_000, help="four checks each")
    parser.add_argument("urls", nargs="*", metavar="URL")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for url in given.urls or [f"sqlite:///{Path(place) / 'assay.db'}"]:
            began = time.perf_counter()
            fill(url, given.candidates)
            filled = time.perf_counter() - began
            print(f"{parse_url(url).get_backend_name()}: {4 * given.candidates:,} checks, made in {filled:.0f} s")
            asyncio.run(measure(url))


if __name__ == "__main__":
    main()
