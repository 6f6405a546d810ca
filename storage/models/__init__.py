"""What is kept. One class a table; every row that people made carries its network.

Instants are UTC and aware in Python; a date or a time of day has no zone and is read in its
series' zone. Text is what the person typed, cleaned of control characters only.
"""

from storage.models.asked import Answer, Asking, Prompt, ThreadReply
from storage.models.base import Base, Instant
from storage.models.calls import GOES_ON, AgendaItem, Call, Recap, Series, SeriesChannel, Step
from storage.models.care import Care, Download, Hidden, Saved, Wish
from storage.models.caught import CaughtLink, CaughtMessage, Keeping
from storage.models.clockwork import AuditEntry, Chore, Erasure
from storage.models.given import (
    Absence,
    CheckIn,
    Commitment,
    Echo,
    ExitTicket,
    Helped,
    Offer,
    Passage,
    Problem,
    Resource,
    Trial,
    Voice,
)
from storage.models.installing import Installation
from storage.models.marks import Mark
from storage.models.people import (
    Channel,
    Code,
    Identity,
    Linked,
    Member,
    Network,
    Organisation,
    RemovedAccount,
    Workspace,
    WrongCodes,
)
from storage.models.protocols import Run, Thought
from storage.models.roles import Opener, OpeningQuestion, RoleTaken
from storage.models.running import (
    BaseRound,
    Handover,
    HomeBase,
    JoinCode,
    Joining,
    Pause,
    Picture,
    Seat,
)
from storage.models.sending import Conversation, Delivery, Lane, OutboxPost

__all__ = [
    "GOES_ON",
    "Absence",
    "AgendaItem",
    "Answer",
    "Asking",
    "AuditEntry",
    "Base",
    "BaseRound",
    "Call",
    "Care",
    "CaughtLink",
    "CaughtMessage",
    "Channel",
    "CheckIn",
    "Chore",
    "Code",
    "Commitment",
    "Conversation",
    "Delivery",
    "Download",
    "Echo",
    "Erasure",
    "ExitTicket",
    "Handover",
    "Helped",
    "Hidden",
    "HomeBase",
    "Identity",
    "Installation",
    "Instant",
    "JoinCode",
    "Joining",
    "Keeping",
    "Lane",
    "Linked",
    "Mark",
    "Member",
    "Network",
    "Offer",
    "Opener",
    "OpeningQuestion",
    "Organisation",
    "OutboxPost",
    "Passage",
    "Pause",
    "Picture",
    "Problem",
    "Prompt",
    "Recap",
    "RemovedAccount",
    "Resource",
    "RoleTaken",
    "Run",
    "Saved",
    "Seat",
    "Series",
    "SeriesChannel",
    "Step",
    "Thought",
    "ThreadReply",
    "Trial",
    "Voice",
    "Wish",
    "Workspace",
    "WrongCodes",
]
