"""What the recorded payloads say to us."""

from datetime import UTC, datetime

from bot.speech import File, Incoming, Message, Place, Who


def who(workspace: str, person: str, name: str = "") -> Who:
    return Who("slack", workspace, person, name)


def place(
    workspace: str, channel: str = "", thread: str = "", direct: bool = False, name: str = ""
) -> Place:
    return Place("slack", workspace, channel, thread, direct, name)


def pressed(delivery: str, by: Who, at: Place, words: str, on: str = "") -> Incoming:
    return Incoming(delivery, by, at, words, how="button", pressed=on)


# What each payload says to us; those that are not here say nothing.
MEANS = {
    "03": Incoming(
        "EvQS5ZLDJT",
        who("T12345678", "U12345678"),
        place("T12345678", "C12345678"),
        "home",
        how="home",
    ),
    "05": Incoming("Ev111", who("T111", "W222"), place("T111", "C111"), "Hi there!", how="mention"),
    "06": Incoming(
        "Ev111",
        who("T_INSTALLED", "W222"),
        place("T_INSTALLED", "C111"),
        "Hi there!",
        how="mention",
    ),
    "12": Incoming(
        "Ev03EGJQAVMM",
        who("T111", "U111"),
        place("T111", "C111"),
        "overheard",
        message=Message(
            "1652227646.593159",
            "Hi there!",
            "U111",
            files=(File("file.png", "https://xxx.slack.com/files/U111/F111/file.png", True),),
            at=datetime(2022, 5, 11, 0, 7, 26, 593159, UTC),
        ),
        how="overheard",
    ),
    "50": pressed(
        "987196394372.3485157640.efe5ca926abc9dadb0371534fff4326e",
        who("T123", "U123", "test-test"),
        place("T123"),
        "create_task",
    ),
    "51": pressed(
        "4916855695380.xxx.yyy",
        who("T0G9PQBBK", "U111"),
        place("T0G9PQBBK", "C111"),
        "clicked",
        "1678252213.679169",
    ),
    "52": pressed(
        "1700455285.968429:a:1700455293.945608:U03E94MK0",
        who("T03E94MJU", "U03E94MK0", "kaz"),
        place("T03E94MJU", "D065ZJQQQAE", direct=True),
        "clicked",
        "1700455285.968429",
    ),
    "53": pressed(
        "111.222.xxx",
        who("T111", "U111", "seratch"),
        place("T111", "C111", name="general"),
        "clicked",
        "1661488735.191299",
    ),
    "55": pressed(
        "111.222.xxx",
        who("T111", "U111", "seratch"),
        place("T111", "C111", "1693616242.466609", name="random"),
        "1",
        "1693635296.000500",
    ),
    "62": Incoming(
        "111.222.xxx",
        who("T111", "W111", "test-test"),
        place("T111", "C111", name="dev"),
        "test-shortcut",
        message=Message("1583636382.000300", "@W222 test", "W111"),
        how="shortcut",
    ),
    "65": Incoming(
        "Ev01JZ2T7S3U",
        who("redacted", "redacted"),
        place("redacted", "redacted"),
        "test",
        how="mention",
    ),
    "67": pressed(
        "111.222.xxx",
        who("T111", "U111", "test-test-test"),
        place("T111", "C111", name="random"),
        "underlying",
        "1605853634.000400",
    ),
}
