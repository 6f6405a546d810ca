"""What was withdrawn while it was hidden; accounts that stay removed though they were erased."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    op.add_column("hidden", sa.Column("withdrawn_at", Instant, nullable=True))
    op.create_table(
        "removed_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_removed_account_network_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_removed_account_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_account")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_removed_account_network_id", "removed_account", ["network_id"])
