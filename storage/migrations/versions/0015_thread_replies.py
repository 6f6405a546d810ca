"""What people type in the threads of questions; what the thread of a post of ours is of."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    op.add_column("outbox", sa.Column("thread_of", sa.String(), nullable=False, server_default=""))
    where = sa.text("thread_of <> ''")
    op.create_index(
        "ix_outbox_asks",
        "outbox",
        ["channel", "sent_id"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.add_column("answer", sa.Column("own", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE answer SET own = words")
    op.create_table(
        "thread_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=True),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("asking_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("thought_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_thread_reply_channel_id")
        ),
        sa.ForeignKeyConstraint(
            ["asking_id"], ["asking.id"], name=op.f("fk_thread_reply_asking_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_thread_reply_run_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_thread_reply_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_reply")),
        sa.UniqueConstraint(
            "channel_id", "external", name=op.f("uq_thread_reply_channel_id_external")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_thread_reply_asking", "thread_reply", ["asking_id", "member_id"])
    op.create_index("ix_thread_reply_run", "thread_reply", ["run_id"])
