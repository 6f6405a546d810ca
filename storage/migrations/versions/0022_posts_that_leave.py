"""Posts that are older than a network keeps are found, and those that are to be taken away."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATES = ("leaving", "gone")


def upgrade() -> None:
    """Index the posts that belong to no call by their age, and those that leave."""
    loose = sa.text("call_id IS NULL")
    op.create_index(
        "ix_outbox_age",
        "outbox",
        ["network_id", "wanted_at"],
        sqlite_where=loose,
        postgresql_where=loose,
    )
    for state in STATES:
        one = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_outbox_{state}", "outbox", ["network_id"], sqlite_where=one, postgresql_where=one
        )


def downgrade() -> None:
    """Without them."""
    for name in ("age", *STATES):
        op.drop_index(f"ix_outbox_{name}", "outbox")
