"""How tasks are called in sample files and by people."""

from __future__ import annotations

_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"mbpp", "mbpp-sanitized", "mbpp-plus"}),
    frozenset({"humaneval", "humaneval-plus"}),
)
"""Sets whose tasks have the same numbers."""


def _family(name: str) -> frozenset[str] | None:
    return next((family for family in _FAMILIES if name.lower() in family), None)


def local_of(task_id: str) -> str:
    """The id within its set of an id as task files write it: ``11`` of ``Mbpp/11``."""
    return task_id.rpartition("/")[2]


def resolve_local(set_name: str, given: str) -> str:
    """The id within a task set of an id as a sample file or a person writes it.

    ``Mbpp/11``, ``11``, ``mbpp/11`` and ``mbpp-plus/11`` are all ``11`` within ``mbpp``; ``HumanEval/0`` is not a
    task of ``mbpp`` and stays as it is, so that it is not found. Sets with names of their own accept the ids of
    both families, since their files may carry them.

    Args:
        set_name: The set that the command or the run names.
        given: What stands in the sample.

    Returns:
        The id without its set; whether such a task exists is another question.
    """
    given = given.strip()
    prefix, slash, local = given.rpartition("/")
    if not slash:
        return given
    if given.startswith(f"{set_name}/"):
        return given.removeprefix(f"{set_name}/")
    source, own = _family(prefix), _family(set_name)
    if source is not None and (own is None or own == source):
        return local
    return given
