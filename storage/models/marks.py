"""Facts about the database itself."""

from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class Mark(Base):
    """A fact about the database itself, such as the time zone rules its calls were placed by."""

    __tablename__ = "mark"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
