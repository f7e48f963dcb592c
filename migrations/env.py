"""The environment that Alembic runs; :mod:`growthcore.db.migrations` says what for and how."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import ops
from sqlalchemy import JSON, BigInteger, False_, True_
from sqlalchemy.sql.schema import DefaultClause

from growthcore.api.db import Instant

rewriter = Rewriter()


def render(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write what both databases have under one name by that name, not by what SQLite calls it."""
    if kind == "server_default" and isinstance(item, DefaultClause):
        return _default(item)
    if kind == "type" and (name := _type_name(item)):
        autogenerate.imports.add(f"from growthcore.api.db import {name.removesuffix('()')}")
        return name
    return False


def _default(clause: DefaultClause) -> str | Literal[False]:
    if isinstance(clause.arg, True_):
        return "sa.true()"
    return "sa.false()" if isinstance(clause.arg, False_) else False


def _type_name(item: Any) -> str | None:
    if isinstance(item, Instant):
        return "Instant()"
    if isinstance(item, BigInteger) and "sqlite" in item._variant_mapping:  # noqa: SLF001
        return "BigId"
    if isinstance(item, JSON) and "postgresql" in item._variant_mapping:  # noqa: SLF001
        return "Json"
    return None


@rewriter.rewrites(ops.DowngradeOps)
def drop_tables_only(_context: Any, _revision: Any, downgrade: Any) -> ops.DowngradeOps:
    """Leave out the indexes of tables that are dropped: they go with them."""
    dropped = {each.table_name for each in downgrade.ops if isinstance(each, ops.DropTableOp)}
    downgrade.ops = [each for each in downgrade.ops if not _goes_with(each, dropped)]
    return downgrade  # type: ignore[no-any-return]


def _goes_with(each: Any, dropped: set[str]) -> bool:
    if isinstance(each, ops.ModifyTableOps):
        return each.table_name in dropped
    return isinstance(each, ops.DropIndexOp) and each.table_name in dropped


context.configure(
    connection=context.config.attributes["connection"],
    render_item=render,
    process_revision_directives=rewriter,
    **context.config.attributes["options"],
)
with context.begin_transaction():
    context.run_migrations()
