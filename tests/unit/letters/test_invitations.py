"""Invitations, read back as calendars read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from agent.domain.mail import Letter
from agent.domain.meetings import meeting_of, uid
from agent.domain.words import Language, Words
from agent.letters.compose import compose
from tests.unit.letters.scenes import ADA, NOW, WANG, rich, rich_case, scene, send


def event_in(letter: Letter) -> Any:  # noqa: ANN401 - icalendar's own types
    """Return the one event of the letter's invitation, as a calendar reads it."""
    (event,) = Calendar.from_ical(letter.invitation or b"").walk("VEVENT")
    return event


def test_an_invitation_travels_as_alternative_and_as_file() -> None:
    """Outlook and Gmail read the alternative, others open the file: the same bytes."""
    letter = compose(*rich("invitation", Language.ZH))
    attached = next(a for a in letter.attachments if a.name == "invite.ics")

    assert letter.invitation == attached.content
    assert letter.method == "REQUEST"


def test_a_calendar_understands_the_invitation() -> None:
    """Times, people, their answers so far, and the clerk as organiser, to whom replies go."""
    letter = compose(*rich("invitation", Language.ZH))
    event = event_in(letter)

    assert b"METHOD:REQUEST" in (letter.invitation or b"")
    assert event["UID"] == "XT-2026-0001/weekly-2@example.com"
    assert event["SEQUENCE"] == 2
    assert event.decoded("DTSTART") == datetime(2026, 3, 20, 8, tzinfo=UTC)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
    assert event.decoded("DTSTAMP") == NOW
    assert str(event["ORGANIZER"]) == "mailto:collab@example.com"
    answers = {str(a): a.params["PARTSTAT"] for a in event["ATTENDEE"]}
    assert answers[f"mailto:{WANG}"] == "ACCEPTED"
    assert answers[f"mailto:{ADA}"] == "DECLINED"
    assert list(event.walk("VALARM"))


def test_a_cancelled_meeting_leaves_the_calendar() -> None:
    """RFC 5546, 3.2.5: CANCEL with the same UID."""
    letter = compose(*rich("meeting_cancelled", Language.EN))
    event = event_in(letter)

    assert letter.method == "CANCEL"
    assert b"METHOD:CANCEL" in (letter.invitation or b"")
    assert event["STATUS"] == "CANCELLED"
    assert event["UID"] == "XT-2026-0001/weekly-2@example.com"


def test_minutes_of_a_meeting_are_no_invitation() -> None:
    """Nobody is invited a second time by the minutes."""
    assert compose(*rich("minutes", Language.ZH)).invitation is None


def test_a_reply_finds_its_meeting() -> None:
    """The UID names case and meeting; somebody else's UID names nothing."""
    case = rich_case()

    assert meeting_of(uid(case.id, "weekly-2", "example.com")) == (case.id, "weekly-2")
    assert meeting_of("040000008200E00074C5B7101A82E008") is None
    assert meeting_of("") is None


def test_hostile_titles_stay_in_their_line() -> None:
    """A title with a line break does not add a property to the calendar."""
    case = rich_case()
    meeting = replace(
        case.meetings[0], title=Words.same("会\r\nATTENDEE:mailto:x@y.z"), place="a\r\nX-EVIL:1"
    )
    letter = compose(send("invitation", meeting="weekly-2"), scene(replace(case, meetings=(meeting,))))
    event = event_in(letter)

    assert "X-EVIL" not in event
    assert "mailto:x@y.z" not in {str(a) for a in event["ATTENDEE"]}
