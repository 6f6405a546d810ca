"""Protocols that are run, and the thoughts that people write in them."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("channel_ids", sa.JSON(), nullable=False),
        sa.Column("begun_at", Instant, nullable=False),
        sa.Column("step_at", Instant, nullable=False),
        sa.Column("until", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_run_network_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_run_call_id")),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name=op.f("fk_run_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index("ix_run_network_id", "run", ["network_id"])
    op.create_table(
        "thought",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("builds_on", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_thought_run_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_thought_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thought")),
    )
    op.create_index("ix_thought_run_id", "thought", ["run_id"])
