"""Who has which role in a call, and the question that it opens with."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    op.create_table(
        "role_taken",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_role_taken_call_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_role_taken_member_id")),
        sa.PrimaryKeyConstraint("call_id", "role", "member_id", name=op.f("pk_role_taken")),
    )
    op.create_table(
        "opener",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_opener_call_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_opener_network_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_opener")),
    )
    op.create_index("ix_opener_network_id", "opener", ["network_id"])
