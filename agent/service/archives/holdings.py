"""Collect from the store everything that belongs to one case."""

import json
from collections.abc import Iterator

from agent.domain.case import CaseId
from agent.domain.effects import Seal
from agent.domain.errors import WillNotWork
from agent.service.archives.parts import Holdings, Mail
from agent.service.house import Turn
from store.chain import Entry
from store.codec import EVENT
from store.sheets import Copy
from store.unit import Unit

_MAIL_CAUSE = "mail/"


def collect(turn: Turn, order: Seal) -> Holdings:
    """Return the whole of the case that `order` names.

    Raises:
        WillNotWork: there is no such case, or the store has lost what it was decided with.
    """
    work = turn.work
    case = work.cases.load(order.case)
    entries = work.journal.of_case(order.case)
    if case is None or not entries:
        raise WillNotWork(f"there is no case {order.case}")
    ordered = next((each for each in entries if order.key in json.loads(each.effects)), entries[-1])
    return Holdings(
        order=order,
        case=case,
        process=turn.process(case.process),
        world=work.worlds.fetch(ordered.world),
        entries=entries,
        events=tuple(EVENT.load(each.event) for each in entries),
        mails=tuple(_mails(work, case.id, entries)),
        letters=work.outbox.of_case(case.id),
        pdfs={copy.word: copy.pdf for copy in _copies(work, case.id) if copy.pdf},
    )


def mail_of(cause: str) -> str:
    """Return the digest of the mail that a decision answers; empty when it answers none."""
    return cause.split("/")[1] if cause.startswith(_MAIL_CAUSE) else ""


def _copies(work: Unit, case: CaseId) -> Iterator[Copy]:
    for issued in work.sheets.of_case(case):
        yield from work.sheets.copies(issued.code)


def _mails(work: Unit, case: CaseId, entries: tuple[Entry, ...]) -> Iterator[Mail]:
    """Yield the mails that were settled for the case or moved it; a mail may move several cases."""
    found = {mail.id: mail for mail in work.inbox.of_case(case)}
    for digest in dict.fromkeys(mail_of(entry.cause) for entry in entries):
        mail = work.inbox.of_digest(digest) if digest else None
        if mail is not None:
            found[mail.id] = mail
    for number in sorted(found):
        yield Mail(entry=found[number], read=work.inbox.contents(found[number]))
