"""People leave a network by themselves, and stay away though they were erased."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    op.add_column("member", sa.Column("left_at", Instant, nullable=True))
    op.add_column(
        "removed_account",
        sa.Column("why", sa.String(), nullable=False, server_default="removed"),
    )
