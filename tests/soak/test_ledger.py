"""The ledger finds what it looks for: a check that cannot fail proves nothing.  Mails, letters, commands."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.mails import a_mail
from tests.soak.ledger_facts import AGAIN
from tests.soak.place import ANSWER, CASE, CLERK, ITEM, LI, MA, NOON, Place, letter_of


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place where all is well."""
    return Place(tmp_path)


def _sent_twice(place: Place) -> None:
    place.leave("<fc.1@example.com>")


def _said_twice(place: Place) -> None:
    place.send("<fc.2@example.com>", content=letter_of("<fc.2@example.com>"))
    place.send("<fc.3@example.com>", content=letter_of("<fc.3@example.com>"))


def _unmarked(place: Place) -> None:
    place.send("<fc.2@example.com>", content=a_mail(sender=CLERK, to=(LI,), message_id="<fc.2@example.com>"))


def _to_a_machine(place: Place) -> None:
    robot = a_mail(sender="robot@elsewhere.example", message_id="<robot@elsewhere.example>")
    place.ledger.mail_in(robot, "loop", NOON, advances=False, machine=True)
    content = letter_of("<fc.2@example.com>", in_reply_to="<robot@elsewhere.example>")
    place.send("<fc.2@example.com>", content=content)


def _to_a_stranger(place: Place) -> None:
    place.leave("<fc.1@example.com>", to=("somebody@elsewhere.example",))


def _a_storm(place: Place) -> None:
    for number in range(30):
        place.send(f"<fc.2{number}@example.com>")


def _undecided(place: Place) -> None:
    place.leave("<fc.9@example.com>", content=letter_of("<fc.9@example.com>", text="?\n"))


def _by_night(place: Place) -> None:
    place.send("<fc.2@example.com>", at=NOON + timedelta(hours=9))


def _on_sunday(place: Place) -> None:
    place.send("<fc.2@example.com>", at=NOON + timedelta(days=4))


def _above_the_budget(place: Place) -> None:
    place.send("<fc.2@example.com>", "milestone", "notice")


def _before_its_slot(place: Place) -> None:
    key = f"{CASE}/reminder/{ITEM}/remind/{ITEM}/2026-03-05T01:00:00+00:00/zh"
    place.send("<fc.2@example.com>", "reminder", "urgent", key)


def _before_the_day_before(place: Place) -> None:
    place.send("<fc.2@example.com>", "reminder", "urgent", "r", at=NOON - timedelta(days=2))


def _copied_before_due(place: Place) -> None:
    content = letter_of("<fc.2@example.com>", text="?\n", cc=(MA,))
    place.send("<fc.2@example.com>", "reminder", "urgent", "r", content=content)


def _never_left(place: Place) -> None:
    place.store.execute(
        "INSERT INTO outbox VALUES ('<fc.8@x>', 'k', 'ask', 'work', 'sent', '', '', '2026-03-04')"
    )


def _said_to_be_dropped(place: Place) -> None:
    place.store.execute("UPDATE outbox SET state = 'dropped'")


def _waits_for_ever(place: Place) -> None:
    old = (NOON - timedelta(days=9)).isoformat()
    place.store.execute(
        "INSERT INTO outbox VALUES ('<fc.8@x>', 'k', 'ask', 'work', 'pending', '', '', ?)", (old,)
    )


def _not_settled(place: Place) -> None:
    place.store.execute("UPDATE inbox SET state = 'read'")


def _not_taken_in(place: Place) -> None:
    place.store.execute("DELETE FROM inbox")


def _made_up(place: Place) -> None:
    place.store.execute("UPDATE inbox SET digest = 'another'")


def _lost(place: Place) -> None:
    (place.folder / "Handled" / "1.eml").unlink()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (_sent_twice, "doubled"),
        (_said_twice, "the same words twice"),
        (_unmarked, "unmarked"),
        (_to_a_machine, "answered a machine"),
        (_to_a_stranger, "a stranger was written to"),
        (_a_storm, "a storm of letters"),
        (_undecided, "a letter nobody decided"),
        (_by_night, "not an hour to write"),
        (_on_sunday, "not an hour to write"),
        (_above_the_budget, "too many notices"),
        (_before_its_slot, "early"),
        (_before_the_day_before, "reminded early"),
        (_copied_before_due, "escalated early"),
        (_never_left, "never left"),
        (_said_to_be_dropped, "is said to be dropped"),
        (_waits_for_ever, "waits unseen"),
        (_not_settled, "not ended"),
        (_not_taken_in, "are in the ledger"),
        (_made_up, "a mail nobody sent"),
        (_lost, "lie in the folders"),
    ],
)
def test_each_thing_that_may_not_be_is_found(place: Place, wrong: Callable[[Place], None], said: str) -> None:
    """One thing is made wrong where all was well, and the ledger says which."""
    assert place.look() == []
    wrong(place)
    assert [line for line in place.look() if said in line]


def test_a_letter_that_was_shown_as_unsure_may_leave_again(place: Place) -> None:
    """A person saw that it might have left, and decided."""
    place.ledger.shown_unsure({"<fc.1@example.com>"})
    place.leave("<fc.1@example.com>")
    assert place.look() == []


def test_a_form_may_come_again_when_somebody_asked_for_it(place: Place) -> None:
    """重发 sends the same words again, and is the only thing that does."""
    place.send("<fc.2@example.com>", content=letter_of("<fc.2@example.com>"))
    again = a_mail(sender=LI, to=(CLERK,), text="重发\n", message_id="<again@example.com>")
    place.ledger.mail_in(again, AGAIN, NOON, advances=False, machine=False)
    place.send("<fc.3@example.com>", content=letter_of("<fc.3@example.com>"))
    assert place.found == []


def test_what_the_commands_do_not_show_is_found(place: Place) -> None:
    """A mail that waits, an item that is open, a chain that is broken: the outside must say so."""
    place.store.execute("UPDATE inbox SET state = 'review'")
    say = {"en": "the chain is broken"}

    def views(command: str, *_: str) -> object:
        shown: dict[str, object] = {
            "queue": {"mails": [], "letters": []},
            "cases": [{"case": CASE}],
            "status": {"items": []},
            "verify": {"findings": [{"where": "journal/3", "say": say}]},
            "replay": {"differences": [{"seq": 3, "case": CASE, "cause": "c", "say": say}]},
        }
        return shown[command]

    place.ledger.compare(views)
    starts = ("the queue does not show the mails", "status", "verify", "replay")
    assert [line.startswith(start) for line, start in zip(place.found, starts, strict=True)] == [True] * 4


def test_a_case_that_never_ends_and_a_mail_in_two_places_are_found(place: Place) -> None:
    """At the end of a run everything has come to its own."""
    (place.folder / "Review" / "1.eml").write_bytes(ANSWER)
    place.ledger.ends()
    assert [line.partition(":")[0] for line in place.found] == [
        "never ended",
        "mail on time <answer@example.com> lies in ['Handled', 'Review']",
    ]
