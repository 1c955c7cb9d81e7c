"""Meetings as iCalendar (RFC 5545) for mail (RFC 6047): Outlook, Gmail and phones show buttons for it."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from agent.domain.case import MeetingPlan
from agent.domain.effects import Send
from agent.domain.mail import Address, MeetingAnswer
from agent.domain.meetings import uid
from agent.domain.words import Language
from agent.letters.mime import domain_of, one_line
from agent.letters.scene import Scene

_REMIND = timedelta(minutes=15)
_PARTSTAT = {
    MeetingAnswer.ACCEPTED: "ACCEPTED",
    MeetingAnswer.DECLINED: "DECLINED",
    MeetingAnswer.TENTATIVE: "TENTATIVE",
}


def invitation(send: Send, scene: Scene, meeting: MeetingPlan) -> bytes:
    """Return the REQUEST or CANCEL for `meeting`.

    The UID stays the same for ever and SEQUENCE counts the changes, so a calendar moves its entry
    instead of making a second one.  Times are UTC: every calendar shows them in its reader's zone.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//formclerk//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if send.cancels else "REQUEST")
    calendar.add_component(_event(send, scene, meeting))
    content: bytes = calendar.to_ical()
    return content


def _event(send: Send, scene: Scene, meeting: MeetingPlan) -> Event:
    case = scene.case
    number = case.id if case is not None else send.case or ""
    title = one_line(meeting.title.in_(send.language))
    event = Event()
    event.add("uid", uid(number, meeting.id, domain_of(scene.sender)))  # type: ignore[arg-type]
    event.add("dtstamp", scene.now)
    event.add("dtstart", meeting.at)
    event.add("dtend", meeting.at + timedelta(minutes=meeting.minutes))
    event.add("sequence", meeting.sequence)
    event.add("summary", f"[{number}] {title}")
    event.add("status", "CANCELLED" if send.cancels else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if meeting.place:
        event.add("location", one_line(meeting.place))
    if case is not None and case.title:
        event.add("description", one_line(case.title))
    event.add("organizer", _organiser(scene))
    for who in meeting.invited:
        event.add("attendee", _attendee(who, meeting.replies.get(who), scene), encode=False)
    if not send.cancels:
        event.add_component(_alarm(title, send.language))
    return event


def _organiser(scene: Scene) -> vCalAddress:
    """Return the agent as organiser: replies then come to us, and carry the case on."""
    organiser = vCalAddress(f"mailto:{scene.sender}")
    organiser.params["CN"] = vText(one_line(scene.sender_name).replace('"', "'"))
    return organiser


def _attendee(who: Address, answer: MeetingAnswer | None, scene: Scene) -> vCalAddress:
    person = scene.directory.find(who)
    attendee = vCalAddress(f"mailto:{who}")
    attendee.params["CN"] = vText(one_line(person.name if person is not None else who).replace('"', "'"))
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText(_PARTSTAT[answer] if answer is not None else "NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE" if answer is MeetingAnswer.DECLINED else "TRUE")
    return attendee


def _alarm(title: str, language: Language) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -_REMIND)
    alarm.add("description", f"15 分钟后：{title}" if language is Language.ZH else f"In 15 minutes: {title}")
    return alarm
