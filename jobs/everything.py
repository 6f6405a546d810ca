"""Importing this registers every step of the clock."""

from jobs import agendas, checkins, followups, recaps  # noqa: F401
