"""From a decision's wish to a finished letter.

`compose` is a function of its two arguments: the same wish on the same stage gives the same letter,
byte for byte, so that a repeated pass after a crash sends nothing new.
"""

from types import SimpleNamespace

from agent.domain.case import Case, FileRef, MeetingPlan, Task
from agent.domain.disputes import Dispute
from agent.domain.effects import Send
from agent.domain.forms import Form
from agent.domain.keywords import Keyword
from agent.domain.mail import Attachment, Letter, MessageId
from agent.domain.process import Process
from agent.domain.words import Language, Words
from agent.letters.doubts import view_doubts
from agent.letters.facts import Facts, say_facts
from agent.letters.keywords import ANYBODY, COORDINATOR, HOLDER, PARTY, keywords_in, view_keywords
from agent.letters.mime import domain_of, file_name, message_id, one_line, thread_root
from agent.letters.paper.attach import is_filled_in
from agent.letters.pictures import pictures_for
from agent.letters.records import minutes_of, view_dispute, view_filing, view_meeting, view_problem
from agent.letters.reports import digest_context
from agent.letters.scene import Scene
from agent.letters.seats import task_of
from agent.letters.signing import ways_to_sign
from agent.letters.templates import render
from agent.letters.values import Tongue
from agent.letters.viewing import group_of, plan_of, view_case, view_item, view_task

_LONGEST_TITLE = 40
_BECAUSE_HOLDER = Words(
    zh="您是这一事项的办理人，或需要知悉其进展", en="this item is in your hands, or you need to know"
)
_BECAUSE_PARTY = Words(zh="您参与了这项协同", en="you take part in this case")
_BECAUSE_ANSWER = Words(zh="您给我发过邮件", en="you wrote to me")
_BECAUSE_COORDINATOR = Words(zh="您是协调员", en="you are a coordinator")
_BECAUSE_FOLDED = Words(
    zh="今天给您的通知较多，已合并为一封", en="there was much for you today, folded into one mail"
)


def compose(send: Send, scene: Scene) -> Letter:
    """Write the letter that `send` asks for.

    Raises:
        WillNotWork: there is no such letter, or its template is broken.
    """
    tongue = Tongue(language=send.language, directory=scene.directory, workdays=scene.workdays, now=scene.now)
    facts = say_facts(send, scene.case, scene.process, tongue)
    reports = digest_context(send, scene, tongue)
    doubts, crops = view_doubts(send.doubts, _form(send, scene), scene.pictures, tongue)
    pictures = pictures_for(send, scene, tongue)
    context = _context(send, scene, tongue, facts) | reports.context
    context["doubts"] = doubts
    context["picture"] = pictures[0].cid if pictures else ""
    written = render(send.letter, send.language, context, scene.templates)
    meeting = _meeting(send, scene.case)
    calendar = _calendar(send, scene, meeting) if meeting is not None and _invites(send) else None
    domain = domain_of(scene.sender)
    chain = _chain(send, domain)
    return Letter(
        key=send.key,
        message_id=message_id(send.key, domain),
        date=scene.now.astimezone(scene.workdays.zone),
        sender=scene.sender,
        sender_name=scene.sender_name,
        to=send.to,
        cc=tuple(who for who in send.cc if who not in send.to),
        subject=_prefix(send, scene.case) + written.subject,
        text=written.text,
        html=written.html,
        attachments=(*pictures, *crops, *scene.forms, *scene.files, *reports.files, *_ics(calendar)),
        invitation=calendar,
        method="CANCEL" if send.cancels else "REQUEST",
        in_reply_to=chain[-1] if chain else None,
        references=chain,
        case=send.case or "",
        answers=send.answers is not None,
        names={a: p.name for a in (*send.to, *send.cc) if (p := scene.directory.find(a)) is not None},
    )


def _context(send: Send, scene: Scene, tongue: Tongue, facts: Facts) -> dict[str, object]:
    """Return everything that templates may name; this dictionary is their whole world."""
    case, process = scene.case, scene.process
    item = case.item(send.item) if case is not None and send.item is not None else None
    meeting = _meeting(send, case)
    minutes = minutes_of(case, process) if case is not None else None
    about = minutes.subject if minutes is not None and send.letter == "minutes" else ""
    request = case.form(process.named_by.partition(".")[0]) if case is not None else None
    dispute = _dispute(send, case)
    task = _task(send, case, process)
    first_last = plan_of(case) if case is not None else (0, 0)
    form = _form(send, scene)
    item_view = view_item(item, case, process, tongue) if item is not None and case is not None else None
    return {
        "language": send.language.value,
        "hello": _hello(send, tongue),
        "me": scene.sender_name,
        "case": view_case(case, process, tongue, about) if case is not None else None,
        "number": send.case or "",
        "item": item_view,
        "form": tongue.words(form.title) if form is not None else "",
        "signed": ways_to_sign(form, tongue),
        "forms": tuple(_form_title(o.sheet.form, scene, tongue) for o in send.forms),
        "pdf": _has_pdf(send, scene),
        "files": _file_names(send.files, scene.files),
        "attached": bool(scene.files),
        "problems": tuple(view_problem(p, form, tongue) for p in send.problems),
        "facts": SimpleNamespace(**facts),
        "days": _days(facts, item_view.late if item_view is not None else 0),
        "task": view_task(task, *first_last, tongue) if task is not None else None,
        "dispute": view_dispute(dispute, process, tongue) if dispute is not None else None,
        "meeting": view_meeting(meeting, tongue) if meeting is not None else None,
        "minutes": view_filing(minutes, process, tongue) if minutes is not None else None,
        "request": view_filing(request, process, tongue) if request is not None else None,
        "can": view_keywords(keywords_in(facts.get("can", "")), tongue),
        "keywords": tuple(k.word for k in view_keywords(_keywords(send), tongue)),
        "why": tongue.words(_because(send)),
        "answers": send.answers is not None,
        "today": tongue.day(tongue.today),
    }


def _form(send: Send, scene: Scene) -> Form | None:
    """Return the form that a letter is about: the one that goes along, else that of its item."""
    forms = scene.process.forms
    form = next((forms[o.sheet.form] for o in send.forms if o.sheet.form in forms), None)
    item = scene.case.item(send.item) if scene.case is not None and send.item is not None else None
    return forms.get(item.form) if form is None and item is not None else form


def _has_pdf(send: Send, scene: Scene) -> bool:
    """Say whether every form that is to be filled in is there as Word and as PDF."""
    sheets = ((scene.process.forms.get(each.sheet.form), each.sheet) for each in send.forms)
    asked = sum(form is not None and is_filled_in(form, sheet) for form, sheet in sheets)
    return 0 < asked == sum(each.name.endswith(".pdf") for each in scene.forms)


def _hello(send: Send, tongue: Tongue) -> str:
    """Return the salutation: by name for one reader, together for several."""
    chinese = send.language is Language.ZH
    if len(send.to) != 1:
        return "各位同事，大家好：" if chinese else "Dear colleagues,"
    person = tongue.directory.find(send.to[0])
    if person is None:
        return "您好：" if chinese else "Hello,"
    return f"{one_line(person.name)}，您好：" if chinese else f"Dear {one_line(person.name)},"


def _prefix(send: Send, case: Case | None) -> str:
    """Return what every subject of a case begins with, so that its mails stay together."""
    if send.case is None:
        return ""
    title = one_line(case.title) if case is not None else ""
    if len(title) > _LONGEST_TITLE:
        title = f"{title[:_LONGEST_TITLE]}…"
    return f"[{send.case}] {title} · " if title else f"[{send.case}] "


def _chain(send: Send, domain: str) -> tuple[MessageId, ...]:
    """Return the References (RFC 5322, 3.6.4): the case's root, then the mail that is answered."""
    root = (thread_root(send.case, domain),) if send.case is not None else ()
    return (*root, send.answers) if send.answers is not None else root


def _because(send: Send) -> Words:
    if send.letter == "digest":
        return _BECAUSE_COORDINATOR
    if send.letter == "personal_digest":
        return _BECAUSE_FOLDED
    if send.item is not None:
        return _BECAUSE_HOLDER
    return _BECAUSE_PARTY if send.case is not None else _BECAUSE_ANSWER


def _keywords(send: Send) -> tuple[Keyword, ...]:
    if send.letter == "digest":
        return COORDINATOR
    if send.case is None:
        return ANYBODY
    if send.letter == "confirm_signature":
        return (Keyword.CONFIRM, *PARTY)
    if send.doubts:
        return (Keyword.CONFIRM, *HOLDER)
    return HOLDER if send.item is not None else PARTY


def _meeting(send: Send, case: Case | None) -> MeetingPlan | None:
    if case is None or not send.meeting:
        return None
    return next((m for m in case.meetings if m.id == send.meeting), None)


def _calendar(send: Send, scene: Scene, meeting: MeetingPlan) -> bytes:
    from agent.letters.invitations import invitation  # noqa: PLC0415 - no start waits for what few letters need

    return invitation(send, scene, meeting)


def _invites(send: Send) -> bool:
    return send.cancels or send.letter in {"invitation", "meeting_moved", "meeting_cancelled"}


def _dispute(send: Send, case: Case | None) -> Dispute | None:
    """Return the dispute that the letter is about: named by a fact, by its item, or the latest."""
    if case is None:
        return None
    named = send.facts["dispute"].zh if "dispute" in send.facts else ""
    seat = group_of(item) if send.item is not None and (item := case.item(send.item)) is not None else ""
    exact = (d for d in case.disputes if d.id in {named, seat} or (named and d.title == named))
    return next(exact, case.disputes[-1] if case.disputes and named else None)


def _task(send: Send, case: Case | None, process: Process) -> Task | None:
    """Return the task that the letter is about: named by a fact (id, title or both) or by its item."""
    if case is None:
        return None
    named = send.facts["task"].zh if "task" in send.facts else ""
    item = case.item(send.item) if send.item is not None else None
    told = (t for t in case.tasks if named in {t.id, t.title, f"{t.id} {t.title}"})
    return next(told, None) or (task_of(item, case, process) if item is not None else None)


def _form_title(form: str, scene: Scene, tongue: Tongue) -> str:
    found = scene.process.forms.get(form)
    return tongue.words(found.title) if found is not None else one_line(form)


def _file_names(refs: tuple[FileRef, ...], files: tuple[Attachment, ...]) -> tuple[str, ...]:
    return tuple(file_name(f.name) for f in (files or refs))


def _days(facts: Facts, otherwise: int) -> int:
    """Return the fact `days` as a number; the item's own lateness when it is missing or no number."""
    try:
        return int(facts.get("days", ""))
    except ValueError:
        return otherwise


def _ics(calendar: bytes | None) -> tuple[Attachment, ...]:
    if calendar is None:
        return ()
    return (Attachment(name="invite.ics", media_type="application/ics", content=calendar),)
