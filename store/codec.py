"""Domain values as canonical JSON, and back.

A field that has its default is left out: a vocabulary that grows a field with a default reads what was
written before it, and the digests of old values stay what they were.  Members of a union carry an explicit
tag, which stays when a class is renamed.  Bytes never enter: an attachment keeps its name and type, a
reading forgets its pictures (both lie among the blobs).
"""

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.strategies import configure_tagged_union

from agent.domain.answers import Scalar, Value
from agent.domain.case import Case
from agent.domain.confirming import DoubtsAnswered
from agent.domain.effects import Effect, Seal, Send
from agent.domain.events import (
    ArchiveSealed,
    CalendarPublished,
    CaseStarted,
    DefinitionMoved,
    Event,
    FormReturned,
    HoldSet,
    KeywordSaid,
    LetterReturned,
    MailFiled,
    MeetingAnswered,
    PapersRemoved,
    TimerStruck,
)
from agent.domain.forms import Field
from agent.domain.mail import Attachment, InboundMail
from agent.domain.plans import World
from agent.domain.process import Process
from agent.domain.reading import Reading
from agent.domain.steps import Archive, Circulate, Collect, Cycle, Meeting, Quorum, Step
from agent.domain.words import Words
from store import canonical
from store.stored import StoredFile

T = TypeVar("T")

_TAGS: dict[type, str] = {
    CaseStarted: "case-started",
    FormReturned: "form-returned",
    KeywordSaid: "keyword-said",
    DoubtsAnswered: "doubts-answered",
    MeetingAnswered: "meeting-answered",
    MailFiled: "mail-filed",
    LetterReturned: "letter-returned",
    TimerStruck: "timer-struck",
    CalendarPublished: "calendar-published",
    ArchiveSealed: "archive-sealed",
    HoldSet: "hold-set",
    PapersRemoved: "papers-removed",
    DefinitionMoved: "definition-moved",
    Send: "send",
    Seal: "seal",
    Collect: "collect",
    Meeting: "meeting",
    Circulate: "circulate",
    Cycle: "cycle",
    Archive: "archive",
}


class Coded(Generic[T]):
    """One kind of value that has a written form."""

    def __init__(self, kind: object) -> None:
        self._kind: Any = kind

    def dump(self, value: T) -> str:
        """Return `value` as canonical JSON."""
        return canonical.to_text(_CONVERTER.unstructure(value, unstructure_as=self._kind))

    def load(self, text: str) -> T:
        """Return the value that `dump` wrote.

        Raises:
            Exception: `text` is no such value; only we write it, so a store that holds one is broken.
        """
        value: T = _CONVERTER.structure(json.loads(text), self._kind)
        return value


def _moment_out(moment: datetime) -> str:
    if moment.tzinfo is None:
        return moment.isoformat()
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:  # a Date header may name the last hour of the year 9999
        return moment.isoformat()


def _scalar_out(value: Scalar | None) -> object:
    match value:
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case Decimal():
            return {"$number": str(value)}
        case _:
            return value


def _value_out(value: Value) -> object:
    if isinstance(value, tuple):
        return {"$rows": [{name: _scalar_out(cell) for name, cell in row.items()} for row in value]}
    return _scalar_out(value)


_FROM_TAG: dict[str, Callable[[Any], Value]] = {
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$number": Decimal,
    "$rows": lambda rows: tuple({name: _value_in(cell, Scalar) for name, cell in r.items()} for r in rows),
}


def _value_in(plain: Any, _kind: object) -> Any:  # noqa: ANN401 - JSON in, one of five types out
    if isinstance(plain, dict):
        ((tag, inner),) = plain.items()
        return _FROM_TAG[tag](inner)
    return plain


def _quorum_out(quorum: Quorum | int) -> object:
    return quorum.value if isinstance(quorum, Quorum) else quorum


def _quorum_in(plain: str | int, _kind: object) -> Quorum | int:
    return Quorum(plain) if isinstance(plain, str) else plain


def _is_one_of(*kinds: object) -> Callable[[object], bool]:
    return lambda kind: kind in kinds


def _build() -> Converter:
    converter = Converter(
        omit_if_default=True, detailed_validation=False, unstruct_collection_overrides={AbstractSet: sorted}
    )
    converter.register_unstructure_hook(datetime, _moment_out)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook(time, time.isoformat)
    converter.register_structure_hook(time, lambda text, _: time.fromisoformat(text))
    converter.register_unstructure_hook(ZoneInfo, str)
    converter.register_structure_hook(ZoneInfo, lambda text, _: ZoneInfo(text))
    converter.register_unstructure_hook_func(_is_one_of(Scalar, Scalar | None), _scalar_out)
    converter.register_structure_hook_func(_is_one_of(Scalar, Scalar | None, Value), _value_in)
    converter.register_unstructure_hook_func(_is_one_of(Value), _value_out)
    converter.register_unstructure_hook_func(_is_one_of(Quorum | int), _quorum_out)
    converter.register_structure_hook_func(_is_one_of(Quorum | int), _quorum_in)
    # The columns of a field are fields; cattrs leaves the name inside `tuple["Field", ...]` unresolved.
    columns = tuple["Field", ...]
    converter.register_unstructure_hook_func(
        _is_one_of(columns), lambda fields: [converter.unstructure(each, Field) for each in fields]
    )
    converter.register_structure_hook_func(
        _is_one_of(columns), lambda plain, _: tuple(converter.structure(each, Field) for each in plain)
    )
    for union in (Event, Effect, Step):
        configure_tagged_union(union, converter, tag_generator=_TAGS.__getitem__, tag_name="$type")
    converter.register_unstructure_hook(
        Attachment, lambda file: {"name": file.name, "media_type": file.media_type, "cid": file.cid}
    )
    converter.register_structure_hook(Attachment, lambda plain, _: Attachment(content=b"", **plain))
    no_pictures = override(omit=True)
    converter.register_unstructure_hook(
        Reading, make_dict_unstructure_fn(Reading, converter, pictures=no_pictures)
    )
    converter.register_structure_hook(
        Reading, make_dict_structure_fn(Reading, converter, pictures=no_pictures)
    )
    return converter


_CONVERTER = _build()

CASE: Coded[Case] = Coded(Case)
EVENT: Coded[Event] = Coded(Event)
EFFECT: Coded[Effect] = Coded(Effect)
SEND: Coded[Send] = Coded(Send)
SEAL: Coded[Seal] = Coded(Seal)
MAIL: Coded[InboundMail] = Coded(InboundMail)
READING: Coded[Reading] = Coded(Reading)
WORLD: Coded[World] = Coded(World)
PROCESS: Coded[Process] = Coded(Process)
FILES: Coded[tuple[StoredFile, ...]] = Coded(tuple[StoredFile, ...])
WORDS: Coded[Words] = Coded(Words)
