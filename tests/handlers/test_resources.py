"""Sharing resources, as conversation."""

from tests.cast import Room


async def test_a_shared_link_is_found_by_the_whole_network(room: Room) -> None:
    await room.dialog(
        "ben",
        ("share https://example.org/talks number talks helped us #maths", "Saved for"),
        ("find number talks", "example.org"),
    )
    await room.dialog("dee", ("find talks", "number talks helped us"), where="harbor")
