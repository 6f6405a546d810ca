"""Wishes, care, what is saved and hidden, and one-time links to one's own data."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def _fk(table: str, name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("nudges", sa.Boolean(), nullable=False),
        sa.Column("paused_until", Instant, nullable=True),
        sa.Column("greet", sa.Boolean(), nullable=False),
        _fk("wish", "member_id", "member"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_wish")),
    )
    op.create_table(
        "care",
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("free_days", sa.JSON(), nullable=False),
        sa.Column("keep_months", sa.Integer(), nullable=True),
        _fk("care", "network_id", "network"),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_care")),
    )
    op.create_table(
        "saved",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        _fk("saved", "member_id", "member"),
        sa.PrimaryKeyConstraint("member_id", "kind", "ref", name=op.f("pk_saved")),
    )
    op.create_table(
        "hidden",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        _fk("hidden", "network_id", "network"),
        _fk("hidden", "member_id", "member"),
        _fk("hidden", "by_id", "member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidden")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_hidden_kind_ref")),
    )
    op.create_index("ix_hidden_network_id", "hidden", ["network_id"])
    op.create_table(
        "download",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("good_until", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        _fk("download", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_download")),
    )
