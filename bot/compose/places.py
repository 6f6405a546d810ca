"""What channels and workspaces are called, also where nobody has told it yet."""


def space_called(platform: str, name: str) -> str:
    """A workspace by its name, else by its platform: a bare id says nothing to anybody."""
    return name or platform.capitalize()


def channel_called(name: str, space: str) -> str:
    """A channel by its name; where that is not known, by its workspace's."""
    return f"#{name}" if name else f"a channel in {space}"


def channel_in(name: str, space: str) -> str:
    """A channel, and where it is."""
    return f"#{name} in {space}" if name else f"a channel in {space}"


def at_first(words: str) -> str:
    """Words as they begin a sentence."""
    return words[:1].upper() + words[1:]
