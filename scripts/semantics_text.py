"""The text of ``docs/semantics.md``: what is compared, what was found, and why it is so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

INTRODUCTION = """# Semantics

Where a cell differs from plain Python. Made by `scripts/semantics`: every reference and every sample that is
recorded as accepted is run by `exec` in a process of its own and in a cell, with the suite's own text or inputs.
Suites of text are compared test by test, suites of inputs value by value with ordinary `==`. What differs is run
once more alone, against plain Python with two seeds of hashes; up to four results of each program are shown.
"""

EXPLANATIONS = """
## Explained

- **Iteration order of sets** (Mbpp/2, Mbpp/579, Mbpp/769): the programs return the elements of a set of strings as a
  tuple or list. The order follows the seed of hashes, which each process draws anew: plain Python does not agree
  with itself either. The suites compare these values as sets, so no verdict depends on it. Mbpp/341's own tests do
  ask for the order of a set; its plain verdict is luck.
- **Match objects** (Mbpp/737, Mbpp/787, Mbpp/794): the references return an `re.Match`, which is no plain value and
  stays behind as an opaque handle. The suites ask only whether there is one, which a handle answers.
- **Values above 64 MiB** (Mbpp/255): four inputs make lists of up to 1.2 GB. Such a value is not carried over; these
  four cases are not judged, and the evidence says so.
- **Clocks** (Mbpp/599): a program that takes minutes for all its inputs ran into the wall limit on a busy machine.

## By design

What a test of your own may meet. A program that its own reference does not pass is refused as `invalid_task`, so
none of this is found out by a candidate.

- Values cross by their built-in content: a named tuple arrives as a tuple, an `IntEnum` member as an int, a
  `defaultdict` as a dict, numpy scalars as numbers. A class of the candidate that extends a container or value type
  with methods of its own arrives as a handle where the test constructs it.
- Everything else is a handle. A test may call it, take attributes and items, iterate, use `len`, `str`, `int`,
  `float` and `with`. `repr`, `isinstance`, operators, truth, ordering, `in`, hashing and `await` are not forwarded:
  the test is answered locally, or the case fails with `opaque_value`.
- `__exit__` is told of no exception and swallows none: otherwise a candidate could swallow a failed assertion.
- A test may pass plain values, functions and objects of the candidate. Objects of the test's own classes, open files
  and modules cannot be passed: `argument_not_plain`.
- A pytest file passes when each test that it requires passes. A test that skips, or fails as expected, while it runs
  is no pass. `skip`, `skipif` and `xfail` as marks (and their like in `unittest`) excuse a test as in plain pytest,
  if all marks of the file decorate a test or stand in `pytestmark`, under no condition, and ask only `sys`, `os` or
  `platform`; a file that requires no test is `invalid_task`.
- `capsys` sees what a candidate prints to stdout, not what it writes to stderr. A path of the test, such as
  `tmp_path`, is closed to the candidate: opening it raises `PermissionError`, which is a `runtime_error`.
- `StopIteration` that leaves a called function reaches the test as `RuntimeError`, so that it ends no loop.
- There are no sockets, no child processes (unless `processes` asks for them) and no `/proc`.
  `open("/dev/stdin")` works in programs; other paths that lead through `/proc` do not.
- `os._exit` in a called function is `incomplete`. A program that leaves by `os._exit(0)` passes if what is expected
  had reached descriptor 1 by then; in every other case leaving without a word is `incomplete`.
- Each case of a program has a process and an empty directory of its own. `cpu_s` and `wall_s` are for all cases of the
  suite together, the other limits for each. Standard output is a pipe, buffered as plain Python buffers it.
- `__file__` is `<candidate>`, a name and no file; `inspect.getsource` knows the candidate's own source.
"""


def page(found: Mapping[str, Any]) -> str:
    """The page for the findings of each group."""
    lines = [INTRODUCTION, "| programs | runs | results compared | differences shown |", "|---|---|---|---|"]
    lines += [
        f"| {group} | {what.programs} | {what.results:,} | {len(what.differences)} |" for group, what in found.items()
    ]
    lines += ["", "## Differences", ""]
    told = [f"- `{name}`: {text}" for what in found.values() for name, text in what.differences]
    lines += told or ["None."]
    types = sorted({name for what in found.values() for name in what.types})
    lines += ["", "## Types that became another", ""]
    lines += [f"- {name}" for name in types] or ["None."]
    return "\n".join(lines) + "\n" + EXPLANATIONS
