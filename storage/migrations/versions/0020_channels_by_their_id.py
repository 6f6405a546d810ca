"""A channel is found by its platform's id, from whichever workspace it is seen."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_channel_external", "channel", ["external"])
