"""Whether something can be saved."""

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage.models import Mark


def can_save(session: Session) -> bool:
    """Write a row and take it out again. To begin a transaction says nothing: a full disk and a
    read-only one are felt by whoever writes, some only at the commit."""
    name = f"probe {uuid.uuid4().hex}"
    session.add(Mark(name=name, value=""))
    session.flush()
    session.execute(delete(Mark).where(Mark.name == name))
    return True
