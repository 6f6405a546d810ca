"""Posts to a member are found: which network is meant by a button in a direct message."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the direct posts by whom they are for."""
    direct = sa.text("member_id IS NOT NULL")
    op.create_index(
        "ix_outbox_member",
        "outbox",
        ["member_id"],
        sqlite_where=direct,
        postgresql_where=direct,
    )


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_outbox_member", "outbox")
