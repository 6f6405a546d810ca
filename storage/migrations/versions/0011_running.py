"""How a network is run: join codes, hand-overs, pauses, home bases, pictures; its end."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.add_column("network", sa.Column("ended_at", Instant, nullable=True))
    op.add_column("member", sa.Column("away_until", Instant, nullable=True))
    op.add_column("member", sa.Column("removed_at", Instant, nullable=True))
    op.add_column("call", sa.Column("pause_id", sa.Integer(), nullable=True))
    op.create_table(
        "join_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("good_until", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        _to("join_code", "network_id", "network"),
        _to("join_code", "made_by", "member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_code")),
        sa.UniqueConstraint("hash", name=op.f("uq_join_code_hash")),
    )
    op.create_index("ix_join_code_network_id", "join_code", ["network_id"])
    op.create_table(
        "joining",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_due", Instant, nullable=True),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        _to("joining", "network_id", "network"),
        _to("joining", "workspace_id", "workspace"),
        _to("joining", "home_id", "workspace"),
        _to("joining", "decided_by", "member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
    )
    op.create_index("ix_joining_network", "joining", ["network_id", "state"])
    op.create_index("ix_joining_channel", "joining", ["workspace_id", "external"])
    op.create_index(
        "ix_joining_name",
        "joining",
        ["name_due"],
        sqlite_where=sa.text("name_due IS NOT NULL"),
        postgresql_where=sa.text("name_due IS NOT NULL"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        _to("handover", "network_id", "network"),
        _to("handover", "from_id", "member"),
        _to("handover", "to_id", "member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_network", "handover", ["network_id", "state"])
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        _to("pause", "network_id", "network"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index("ix_pause_network", "pause", ["network_id", "last_on"])
    op.create_table(
        "home_base",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=True),
        _to("home_base", "network_id", "network"),
        _to("home_base", "channel_id", "channel"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_base")),
        sa.UniqueConstraint("network_id", "place", name=op.f("uq_home_base_network_id_place")),
    )
    op.create_table(
        "base_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        _to("base_round", "network_id", "network"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_round")),
    )
    op.create_index("ix_base_round_network_id", "base_round", ["network_id"])
    op.create_table(
        "seat",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        _to("seat", "round_id", "base_round"),
        _to("seat", "member_id", "member"),
        _to("seat", "base_id", "home_base"),
        sa.PrimaryKeyConstraint("round_id", "member_id", name=op.f("pk_seat")),
    )
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("shows", sa.JSON(), nullable=False),
        sa.Column("good_until", Instant, nullable=False),
        _to("picture", "network_id", "network"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("key", name=op.f("uq_picture_key")),
    )
    op.create_index("ix_picture_network_id", "picture", ["network_id"])
