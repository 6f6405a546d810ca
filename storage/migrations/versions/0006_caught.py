"""Links that were posted to others, and what a channel does with them."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    op.add_column("channel", sa.Column("links", sa.String(), nullable=False, server_default="ask"))
    op.create_table(
        "caught_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("permalink", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_caught_message_network_id")
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_caught_message_channel_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_caught_message_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caught_message")),
        sa.UniqueConstraint(
            "channel_id", "external", name=op.f("uq_caught_message_channel_id_external")
        ),
    )
    op.create_index("ix_caught_message_network", "caught_message", ["network_id", "at"])
    op.create_table(
        "caught_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["caught_message.id"], name=op.f("fk_caught_link_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caught_link")),
        sa.UniqueConstraint("message_id", "key", name=op.f("uq_caught_link_message_id_key")),
    )
    waits = sa.text("state = 'waiting'")
    op.create_index(
        "ix_caught_link_waiting",
        "caught_link",
        ["message_id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_table(
        "keeping",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by_mark", sa.Boolean(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["caught_link.id"], name=op.f("fk_keeping_link_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_keeping_member_id")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_keeping_resource_id")
        ),
        sa.PrimaryKeyConstraint("link_id", "member_id", name=op.f("pk_keeping")),
    )
