"""Codes: how a person shows that two accounts are theirs, and what is known of each account."""

import sqlalchemy as sa
from alembic import op

import storage.models

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Instant = storage.models.Instant()


TOLD = ("guest", "active")


def upgrade() -> None:
    # Before anything refers to identities: SQLite makes the table anew.
    with op.batch_alter_table("identity") as identity:
        for name in TOLD:
            identity.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    for name in TOLD:
        of_member = f"SELECT {name} FROM member WHERE member.id = identity.member_id"  # noqa: S608
        op.execute(f"UPDATE identity SET {name} = ({of_member})")  # noqa: S608 - our own words
    with op.batch_alter_table("identity") as identity:
        for name in TOLD:
            identity.alter_column(name, server_default=None)
    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("good_until", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_code_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("hash", name=op.f("uq_code_hash")),
        sa.UniqueConstraint("workspace_id", "external", name=op.f("uq_code_workspace_id_external")),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("latest", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_wrong_codes_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "external", name=op.f("pk_wrong_codes")),
    )
    op.create_table(
        "linked",
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_linked_identity_id")
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_linked")),
    )
