"""Questions that are ready to be asked, by what they are for; all in our own words."""

LIBRARY: dict[str, tuple[str, ...]] = {
    "Opening": (
        "In one sentence: what did a student say lately that stayed with you?",
        "What are you looking forward to this week, and what are you not?",
        "Which moment of last week would you like to have again?",
        "What is on your desk right now that tells us something about your week?",
        "Who helped you lately, and do they know it?",
        "What did you change your mind about this month?",
        "What is something small that works in your building?",
    ),
    "Trying things": (
        "What did you try since we met, and what happened?",
        "What is one thing you will try before Friday?",
        "What did you stop doing, and did anyone miss it?",
        "Which routine could you make five minutes shorter?",
        "What would you try if nobody observed you?",
        "What worked in one room and not in the next? What was different?",
        "What is the smallest step towards what you are after?",
    ),
    "Evidence": (
        "What did students do or say that shows it is working?",
        "Which piece of student work surprised you, and why?",
        "What would you need to see to change your plan?",
        "What do you count that you could stop counting?",
        "Who is not in your data? How could you hear from them?",
        "Look at one student’s week: what was it like for them?",
        "What did you expect, and what did you see instead?",
    ),
    "Equity": (
        "Whose voice was missing this week, and how could it be heard next time?",
        "Which students got the most of your time? Who got the least?",
        "Which rule of ours is harder for some families than for others?",
        "Where did a student feel that they belong? How do you know?",
        "What did a family teach you lately?",
        "Who decides what counts as good work here?",
    ),
    "Coaching": (
        "Which question opened up a conversation this week?",
        "When did you give advice too early?",
        "What does a teacher you coach do well that others could learn?",
        "What are you listening for in your next visit?",
        "What did you hold back from saying, and was that right?",
        "Where are you stuck with somebody? What have you not asked them yet?",
        "What would your best coach ask you now?",
    ),
    "Looking back": (
        "What are you proud of this month?",
        "What would you tell yourself at the beginning of this term?",
        "What did you learn from somebody in this network?",
        "What did we say we would do and let go of? Was that right?",
        "What deserves to be celebrated before we go on?",
        "What will you do differently from now on?",
        "What should this network do less of?",
    ),
}
"""Purpose to questions."""


def find(purpose: str) -> tuple[str, tuple[str, ...]] | None:
    """A purpose and its questions, whatever the case it is written in."""
    known = {name.casefold(): name for name in LIBRARY}
    name = known.get(" ".join(purpose.casefold().split()))
    return (name, LIBRARY[name]) if name else None
