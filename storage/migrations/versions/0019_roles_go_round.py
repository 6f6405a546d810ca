"""Which roles do not go round in a series, and a network's own questions to open calls with."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    with op.batch_alter_table("series") as series:
        series.add_column(sa.Column("roles_off", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "opening_question",
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("out", sa.Boolean(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_opening_question_network_id")
        ),
        sa.PrimaryKeyConstraint("network_id", "words", name=op.f("pk_opening_question")),
    )
