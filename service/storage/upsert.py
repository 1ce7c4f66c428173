"""``INSERT … ON CONFLICT`` in both dialects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from service.storage.models import Base


def upsert(connection: AsyncConnection, row: type[Base], unique: Sequence[str], changed: Sequence[str] = ()) -> Any:
    """An insert that updates ``changed`` where the ``unique`` columns are taken, or does nothing without any."""
    module: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = module.insert(row)
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=list(unique))
    values = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=list(unique), set_=values)
