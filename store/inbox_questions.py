"""What `store.inbox` asks and does all the time, built once (`store.sql`)."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, literal, or_, select, update

from agent.domain.inbox import MailState
from store import sql
from store.tables import InboxRow, ReadingRow

_MAILS = sql.table_of(InboxRow).c
_READINGS = sql.table_of(ReadingRow).c

ENTRIES = sql.columns_of(InboxRow, without=("mail", "files"))
OF_DIGEST = ENTRIES.where(_MAILS.digest == bindparam("digest"))
BY_NUMBER = ENTRIES.where(_MAILS.id == bindparam("number"))
OF_NAME = ENTRIES.where(_MAILS.message_id == bindparam("name")).order_by(_MAILS.id)
OF_CASE = ENTRIES.where(_MAILS.case == bindparam("case")).order_by(_MAILS.id)
LATEST = ENTRIES.order_by(_MAILS.id.desc()).limit(bindparam("limit"))
UNFILED = (
    ENTRIES.where(_MAILS.settled_at.is_not(None), _MAILS.filed_at.is_(None))
    .order_by(_MAILS.id)
    .limit(bindparam("limit"))
)
BODIES = select(_MAILS.mail, _MAILS.files).where(_MAILS.id == bindparam("number"))
READINGS_OF = select(_READINGS.body).where(_READINGS.mail == bindparam("number")).order_by(_READINGS.part)
TWINS = (
    select(literal(1))
    .where(_MAILS.message_id == bindparam("name"), _MAILS.digest != bindparam("digest"))
    .limit(1)
)
ONE_MORE = (
    update(sql.table_of(InboxRow))
    .where(_MAILS.id == bindparam("number"))
    .values(attempts=_MAILS.attempts + 1)
    .returning(_MAILS.attempts)
)
ONE_LESS = (
    update(sql.table_of(InboxRow))
    .where(_MAILS.id == bindparam("number"), _MAILS.attempts > 0)
    .values(attempts=_MAILS.attempts - 1)
)
FORGET_READINGS = delete(sql.table_of(ReadingRow)).where(_READINGS.mail == bindparam("number"))


@cache
def in_states(states: tuple[MailState, ...]) -> Select[Any]:
    """Return the question for the mails in one of `states`, oldest first."""
    return _oldest_of(ENTRIES, states)


def _oldest_of(question: Select[Any], states: tuple[MailState, ...]) -> Select[Any]:
    these = or_(*(_MAILS.state == state.value for state in states))
    return question.where(these).order_by(_MAILS.received_at, _MAILS.id).limit(bindparam("limit"))


NEXT_READ = _oldest_of(sql.columns_of(InboxRow), (MailState.READ,))
