"""Who let the program in by its page, and what it was given."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()
TEXTS = (
    "platform",
    "external",
    "organisation",
    "name",
    "address",
    "bot_user",
    "bot_id",
    "bot_token",
    "refresh_token",
    "scopes",
    "installed_by",
    "state",
    "trouble",
)


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("installed_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=True),
        sa.Column("renewing_until", Instant, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sa.UniqueConstraint("platform", "external", name=op.f("uq_installation_platform_external")),
    )
