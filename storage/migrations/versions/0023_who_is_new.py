"""Hosts are told who said by themselves whom they are with."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    op.add_column("member", sa.Column("with_since", Instant, nullable=True))
