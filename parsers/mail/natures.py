"""What kind of thing a mail is: a person's letter, or one of the many that machines send.

The order matters.  A bounce often looks like an automatic reply as well (297 of 629 samples), our own letters
carry Auto-Submitted, and a calendar answers invitations automatically: the more telling sign is asked first.
"""

import re

from icalendar import Calendar, Component

from agent.domain.mail import Address, MeetingAnswer, MeetingReply, Nature
from parsers.limits import Limits
from parsers.mail.charsets import decode
from parsers.mail.headers import Headers
from parsers.mail.mime import Part, Parts

OWN_HEADER_PREFIX = "x-formclerk"
"""Every letter of ours carries a header that begins so."""

_EXCHANGE = "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"
"""The name under which every Exchange server reports, the same all over the world."""
_BOUNCER = re.compile(
    rf"(?:mailer-?daemon|postmaster|mail\.?delivery|{_EXCHANGE})(?:[+.=_-].*)?@", re.IGNORECASE
)
_BOUNCE_SUBJECT = re.compile(
    r"\s*(?:undeliverable|undelivered|delivery (?:status notification|has failed|failure|failed|report)"
    r"|mail delivery (?:failed|failure|system)|mail system error|message (?:undeliverable|delivery failure)"
    r"|returned mail|failure notice|could not be delivered|warning: could not send|nondeliverable"
    r"|未送达|未传递|无法送达|无法投递|无法传递|投递失败|发送失败|邮件被退回|传递状态通知|邮件无法|(?:系统|邮件)?退信)",
    re.IGNORECASE,
)
_BOUNCE_ANYWHERE = re.compile(r"退信|系统退回|undeliverable|delivery status notification", re.IGNORECASE)
_AUTO_SUBJECT = re.compile(
    r"[\s\[【(（]*(?:(?:来自.{1,40}的)?(?:自动答复|自动回复|自動回覆|自動答覆|自动应答)(?:\s*[:：\[【(（\])）】-]|\s*\Z)"
    r"|(?:automatic reply|auto(?:mated)?[ -]?(?:reply|response))(?:\s*[:：\[(-]|\s*\Z)"
    r"|out of (?:the )?office\b|(?:不在办公室|外出|休假)(?:自动回复)?\s*[:：])",
    re.IGNORECASE,
)
_RECALL_SUBJECT = re.compile(r"\s*(?:recall|撤回|撤回邮件)\s*[:：]", re.IGNORECASE)
_RECALL_WORDS = re.compile(r"would like to recall the message|(?:将|想要?|希望)撤回(?:此|该)?(?:邮件|消息)")
_GLANCE = 4_096
_AUTO_FIELDS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-autoreply-from"),
    *("x-ms-exchange-inbox-rules-loop", "x-mail-autoreply", "x-vacation"),
)
_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list", "feedback-id")
_ANSWERS = {
    "ACCEPTED": MeetingAnswer.ACCEPTED,
    "DECLINED": MeetingAnswer.DECLINED,
    "TENTATIVE": MeetingAnswer.TENTATIVE,
}


def nature(
    headers: Headers, parts: Parts, sender: Address, own: frozenset[Address], limits: Limits
) -> tuple[Nature, MeetingReply | None]:
    """Say what a mail is, and what it answers when it answers an invitation."""
    found: MeetingReply | None = None
    if _is_bounce(headers, parts, sender):
        kind = Nature.BOUNCE
    elif sender in own or any(field.startswith(OWN_HEADER_PREFIX) for field, _ in headers.fields):
        kind = Nature.OWN
    elif _is_recall(headers, parts):
        kind = Nature.RECALL
    elif _has(parts, "message/disposition-notification", "disposition-notification"):
        kind = Nature.RECEIPT
    elif (calendar := _reply_part(parts)) is not None:
        kind = Nature.MEETING_REPLY
        found = _meeting_reply(calendar, sender, limits)
    elif _is_automatic(headers):
        kind = Nature.AUTO_REPLY
    elif _is_list(headers):
        kind = Nature.LIST
    else:
        kind = Nature.PERSONAL
    return kind, found


def _has(parts: Parts, media_type: str, report: str) -> bool:
    return any(part.media_type == media_type for part in parts.leaves) or any(
        kind == f"multipart/report; {report}" for kind in parts.containers[:1]
    )


def _is_bounce(headers: Headers, parts: Parts, sender: Address) -> bool:
    if _has(parts, "message/delivery-status", "delivery-status") or headers.has("x-failed-recipients"):
        return True
    subject = headers.first("subject")
    from_daemon = _BOUNCER.match(sender) is not None
    nobody = _returns_to_nobody(headers)
    if from_daemon:
        # A postmaster is a person, too, when there is a way back to him and no word of a failure.
        return nobody or not sender.startswith("postmaster") or _speaks_of_a_bounce(subject)
    if nobody or not sender:
        return _speaks_of_a_bounce(subject)
    # NetEase and Tencent return mail in the name of a helper address, with a subject but without RFC 3464.
    return re.match(r"\s*(?:系统|邮件)?退信(?:通知)?(?:\s*[:：]|\s*\Z)", subject) is not None


def _is_recall(headers: Headers, parts: Parts) -> bool:
    """Say whether Outlook asks to take a mail back: its subject alone may be a person's own word."""
    if _RECALL_SUBJECT.match(headers.first("subject")) is None:
        return False
    texts = (part for part in parts.leaves if part.media_type in {"text/plain", "text/html"})
    return any(
        _RECALL_WORDS.search(decode(part.content[:_GLANCE], part.parameters.get("charset", ""))[0])
        for part in texts
    )


def _speaks_of_a_bounce(subject: str) -> bool:
    return _BOUNCE_SUBJECT.match(subject) is not None or _BOUNCE_ANYWHERE.search(subject) is not None


def _returns_to_nobody(headers: Headers) -> bool:
    return any(value.strip() == b"<>" for value in headers.raw("return-path"))


def _is_automatic(headers: Headers) -> bool:
    submitted = headers.first("auto-submitted").casefold().partition(";")[0].strip()
    if submitted not in {"", "no"}:
        return True
    if any(headers.has(field) for field in _AUTO_FIELDS):
        return True
    if headers.first("precedence").casefold() in {"auto_reply", "auto-reply"}:
        return True
    return _AUTO_SUBJECT.match(headers.first("subject")) is not None or _returns_to_nobody(headers)


def _is_list(headers: Headers) -> bool:
    return any(headers.has(field) for field in _LIST_FIELDS) or headers.first("precedence").casefold() in {
        *("bulk", "list", "junk"),
    }


def _reply_part(parts: Parts) -> Part | None:
    for part in parts.leaves:
        if part.media_type == "text/calendar":
            method = part.parameters.get("method", "").upper()
            if not method and (match := re.search(rb"(?m)^METHOD:\s*(\w+)", part.content[:4096])):
                method = match[1].decode("ascii", "replace").upper()
            # COUNTER (RFC 5546, 3.2.7) answers, too: it proposes another time.
            if method in {"REPLY", "COUNTER"}:
                return part
    return None


def _meeting_reply(part: Part, sender: Address, limits: Limits) -> MeetingReply | None:
    if len(part.content) > limits.calendar_bytes:
        return None
    try:
        calendar = Calendar.from_ical(part.content)
        events = calendar.walk("VEVENT")
        return next((reply for event in events if (reply := _answer(event, sender)) is not None), None)
    except Exception:  # noqa: BLE001 icalendar raises many kinds on a damaged object; each means: not understood
        return None


def _answer(event: Component, sender: Address) -> MeetingReply | None:
    uid = str(event.get("UID", "")).strip()
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    # A reply names its one author (RFC 5546, 3.2.3); some calendars send the whole list back.
    mine = [a for a in attendees if str(a).casefold().removeprefix("mailto:").strip() == sender]
    for attendee in mine or attendees[:1]:
        answer = _ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
        if uid and answer is not None:
            return MeetingReply(uid=uid, answer=answer)
    return None
