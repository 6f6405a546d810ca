"""Lanes, and what the outbox must know to look before it sends."""

import sqlalchemy as sa
from alembic import op

import storage.models

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Instant = storage.models.Instant()
DUE = {  # index → table, column, which rows
    "ix_outbox_failed": ("outbox", "network_id", "state = 'failed'"),
    "ix_channel_people": ("channel", "people_due", "people_due IS NOT NULL"),
    "ix_recap_opening": ("recap", "opening_due", "opening_due IS NOT NULL"),
    "ix_series_to_plan": (
        "series",
        "planned_until",
        "ended_at IS NULL"
        " AND (planned_until IS NULL OR ends_on IS NULL OR planned_until < ends_on)",
    ),
}
LANE = "platform || '/' || workspace || '/' || channel"


def upgrade() -> None:
    op.create_table(
        "lane",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("free_at", Instant, nullable=True),
        sa.Column("lease_until", Instant, nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("stopped", sa.String(), nullable=False),
        sa.Column("stopped_at", Instant, nullable=True),
        sa.Column("try_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lane")),
    )
    op.create_index(
        "ix_lane_stopped",
        "lane",
        ["name"],
        sqlite_where=sa.text("stopped <> ''"),
        postgresql_where=sa.text("stopped <> ''"),
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("lane", sa.String(), nullable=False, server_default=""))
        outbox.add_column(sa.Column("wanted_at", Instant, nullable=True))
        outbox.add_column(sa.Column("looked_at", Instant, nullable=True))
        outbox.add_column(sa.Column("audits", sa.Integer(), nullable=False, server_default="0"))
    known = "coalesce(first_try_at, sent_at, due_at, not_after, CURRENT_TIMESTAMP)"
    op.execute(f"UPDATE outbox SET lane = {LANE}, wanted_at = {known}")  # noqa: S608 - our own words
    op.execute("INSERT INTO lane (name, token, stopped) SELECT DISTINCT lane, '', '' FROM outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("lane", server_default=None)
        outbox.alter_column("audits", server_default=None)
        outbox.alter_column("wanted_at", nullable=False)
        outbox.drop_column("lease_until")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at", "key"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_thread",
        "outbox",
        ["thread_key"],
        sqlite_where=sa.text("thread_key <> ''"),
        postgresql_where=sa.text("thread_key <> ''"),
    )
    for name, (table, column, rows) in DUE.items():
        op.create_index(
            name, table, [column], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows)
        )
