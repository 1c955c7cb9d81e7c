"""One short life in a store, written as the service writes it: a mail comes and a letter answers it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from agent.domain.answers import Answers
from agent.domain.case import Case, CaseId
from agent.domain.effects import Send
from agent.domain.inbox import MailState
from agent.domain.mail import MessageId
from agent.domain.process import Process
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from store.blobs import Blobs
from store.sheets import Copy, Issued
from store.unit import Unit
from tests.unit.store.builders import (
    BECAUSE,
    NOON,
    WORLD,
    a_case,
    a_keyword,
    a_mail,
    a_reading,
    a_send,
    a_signature,
    an_answer,
)

PICTURE = b"\x89PNG picture of a mark"
CROP = b"\x89PNG what an answer was read from"
PROCESS = Process(
    id="collaboration",
    version=1,
    digest="p" * 64,
    title=BECAUSE,
    number="XT-{year}-{serial:04}",
    begins="request",
    named_by="request.project_name",
    profile_from="request.profile",
    profiles={},
    default_profile="project",
    urgent_profiles=frozenset(),
    clocks={},
    roles={},
    role_titles={},
    stages=(),
    steps={},
    ladders={},
    milestones=(),
    forms={},
    keywords={},
)


def a_life(engine: Engine, blobs: Blobs, number: int = 1) -> Mapping[str, str]:
    """Take a mail in, read it, begin a case and send its letter; return the digests of the blobs."""
    names = {
        "raw mail": blobs.put(b"raw %d" % number),
        "picture": blobs.put(PICTURE),
        "crop": blobs.put(CROP),
    }
    name = MessageId(f"<{number}@example.com>")
    mail = received(engine, names["raw mail"], name)
    names["attachment"] = read(engine, blobs, mail, name, names["picture"])
    send = decided(engine, mail, number)
    names["letter"] = delivered(engine, blobs, send)
    names |= copied(engine, blobs, number)
    with Unit(engine) as unit:
        unit.inbox.filed(mail, at=NOON)
        unit.commit()
    return names


def received(engine: Engine, digest: str, name: MessageId) -> int:
    """Enter a mail whose bytes are durable; one that was known keeps its place."""
    with Unit(engine) as unit:
        unit.inbox.take_in(digest=digest, message_id=name, received_at=NOON, size=5, handle="1.eml")
        entry = unit.inbox.of_digest(digest)
        unit.commit()
    if entry is None:
        raise LookupError(digest)
    return entry.id


def read(engine: Engine, blobs: Blobs, mail: int, name: MessageId, picture: str) -> str:
    """Keep what was understood of a mail; return the digest of its attachment."""
    contents = a_mail(name)
    attachment = blobs.put(contents.attachments[0].content)
    crop = blobs.put(CROP)
    answers = Answers((replace(an_answer(), picture=crop),))
    signatures = (replace(a_signature(), picture=picture),)
    reading = replace(a_reading(), answers=answers, signatures=signatures, sights={"field.completion": crop})
    with Unit(engine) as unit:
        entry = unit.inbox.load(mail)
        if entry is not None and entry.state is MailState.RECEIVED:
            unit.inbox.read(mail, contents, (reading,))
        unit.commit()
    return attachment


def decided(engine: Engine, mail: int, number: int) -> Send:
    """Begin a case for a mail, with everything that follows from it, in one unit."""
    with Unit(engine) as unit:
        case = unit.cases.draw_number(PROCESS.number, NOON.year)
        send = a_send(f"{case}/ask/request//1", case=case)
        after = unit.cases.open(a_case(case), at=NOON)
        process, world = unit.processes.remember(PROCESS), unit.worlds.remember(WORLD)
        unit.outbox.add(send, message_id=MessageId(f"<{send.key}@formclerk>"), at=NOON)
        code = f"code-{number}"
        token = f"FC1|{case}|request//1|request|1|zh|{code}"
        sheet = Issued(code=code, token=token, sheet=_sheet(case), letter_key=send.key, at=NOON)
        unit.sheets.issued([sheet])
        entry = unit.inbox.load(mail)
        digest = entry.digest if entry is not None else ""
        unit.inbox.settle(mail, MailState.DONE, BECAUSE, at=NOON, case=case)
        unit.journal.append(
            at=NOON,
            case=case,
            cause=f"mail/{digest}/0",
            event=a_keyword(),
            because=BECAUSE,
            process=process,
            world=world,
            after=after,
            effects=(send,),
        )
        unit.commit()
    return send


def delivered(engine: Engine, blobs: Blobs, send: Send) -> str:
    """Send a letter; return the digest of its bytes."""
    letter = blobs.put(f"letter {send.key}".encode())
    with Unit(engine) as unit:
        unit.outbox.lease(send.key, now=NOON, until=NOON + timedelta(minutes=5))
        unit.outbox.rendered(send.key, letter)
        unit.commit()
    with Unit(engine) as unit:
        unit.outbox.sent(send.key, at=NOON)
        unit.commit()
    return letter


def copied(engine: Engine, blobs: Blobs, number: int) -> dict[str, str]:
    """Keep the files that the letter carried; return their digests."""
    word, pdf = blobs.put(b"word"), blobs.put(b"pdf")
    with Unit(engine) as unit:
        unit.sheets.written(Copy(code=f"code-{number}", word=word, pdf=pdf, at=NOON))
        unit.commit()
    return {"Word file as sent": word, "PDF as sent": pdf}


def opened(engine: Engine, case: CaseId) -> Case | None:
    """Return a case as the store has it."""
    with Unit(engine, reading=True) as unit:
        return unit.cases.load(case)


def _sheet(case: CaseId) -> Sheet:
    return Sheet(case=case, item="request//1", form="request", version=1, language=Language.ZH)
