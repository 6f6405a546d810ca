"""Problems that live, and commitments that are followed up."""

import sqlalchemy as sa
from alembic import op

import storage.models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Instant = storage.models.base.Instant()


def upgrade() -> None:
    with op.batch_alter_table("problem") as problem:
        problem.add_column(sa.Column("brought_at", Instant, nullable=True))
        problem.add_column(_text("lesson"))
        problem.add_column(sa.Column("closed_at", Instant, nullable=True))
    with op.batch_alter_table("offer") as offer:
        offer.alter_column("member_id", existing_type=sa.Integer(), nullable=True)
        offer.add_column(_text("source"))
    with op.batch_alter_table("commitment") as commitment:
        commitment.alter_column("call_id", existing_type=sa.Integer(), nullable=True)
        commitment.add_column(_text("became"))
        commitment.add_column(sa.Column("answered_at", Instant, nullable=True))
    with op.batch_alter_table("agenda_item") as item:
        item.add_column(
            sa.Column(
                "by_id",
                sa.Integer(),
                sa.ForeignKey("member.id", name=op.f("fk_agenda_item_by_id")),
                nullable=True,
            )
        )
        item.add_column(_text("link"))
        item.add_column(_text("source"))
    _pairs("echo", "problem")
    _pairs("helped", "offer")


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _pairs(name: str, of: str) -> None:
    """Which member said something of which row, and when."""
    op.create_table(
        name,
        sa.Column(f"{of}_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{name}_{of}_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f(f"fk_{name}_member_id")),
        sa.PrimaryKeyConstraint(f"{of}_id", "member_id", name=op.f(f"pk_{name}")),
    )
