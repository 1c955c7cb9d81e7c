"""A returned form as it was read: every value with its trust and its evidence, every signature."""

import json
from datetime import date, datetime
from decimal import Decimal

from agent.domain.answers import Answer, Evidence, Scalar
from agent.domain.case import Filing, Held
from agent.domain.confirming import Confirmed
from agent.domain.events import FormReturned
from agent.domain.forms import Form
from agent.domain.reading import Drift, Reading, Uncompared
from agent.domain.signatures import Signature
from agent.domain.words import Words
from agent.service.archives.parts import Holdings


def reading_file(event: FormReturned, held: Holdings) -> bytes:
    """Return the JSON file that says how a returned form was understood."""
    form = held.process.forms.get(event.form)
    filing = next((f for f in held.case.filings if f.mail == event.mail and f.item == event.item), None)
    reading = _reading(event, held)
    said: dict[str, object] = {
        "form": event.form,
        "version": event.version,
        "title": _both(form.title) if form is not None else None,
        "case": held.case.id,
        "item": event.item,
        "by": event.by,
        "returned": event.at.isoformat(),
        "mail": event.mail,
        "document": {"name": event.document.name, "sha256": event.document.digest},
        "source": reading.source.value if reading is not None else None,
        "token": reading.token.value if reading is not None else None,
        "accepted": filing is not None,
        "revision": filing.revision if filing is not None else None,
        "fields": [_answer(each, form) for each in event.answers.all],
        "pages_missing": list(event.lacks),
        "text_not_as_sent": [_drift(each) for each in event.drift],
        "text_not_compared": [_uncompared(each) for each in event.uncompared],
        "confirmed": [_confirmed(each, form) for each in confirmed_of(event, held)],
        "signatures": [_signature(each, form) for each in event.signatures],
        "warnings": [
            {"code": problem.code, "field": problem.field, "say": _both(problem.say)}
            for problem in (filing.warnings if filing is not None else ())
        ],
        "files": [{"name": file.name, "sha256": file.digest} for file in event.files],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1)
    return (text + "\n").encode(errors="replace")  # a sender's lone surrogate is no character


def confirmed_of(event: FormReturned, held: Holdings) -> tuple[Confirmed, ...]:
    """Return what was confirmed of a returned form until it was accepted, or until the case ended."""
    forms: tuple[Filing | Held, ...] = (*held.case.filings, *held.case.held)
    found = (each for each in forms if each.mail == event.mail and each.item == event.item)
    return tuple(confirmed for each in found for confirmed in each.confirmed)


def _confirmed(confirmed: Confirmed, form: Form | None) -> dict[str, object]:
    return {
        "field": confirmed.field,
        "label": _both(form.label_of(confirmed.field)) if form is not None else None,
        "read": _plain(confirmed.read),
        "words": confirmed.words or None,
        "value": _plain(confirmed.value),
        "by": confirmed.by,
        "at": confirmed.at.isoformat(),
        "mail": confirmed.mail,
        "picture": confirmed.picture or None,
    }


def _drift(drift: Drift) -> dict[str, object]:
    return {
        "kind": drift.kind.value,
        "page": drift.page or None,
        "sent": drift.sent or None,
        "returned": drift.returned or None,
    }


def _uncompared(place: Uncompared) -> dict[str, object]:
    return {
        "page": place.page or None,
        "sent": place.words or None,
        "picture": place.picture or None,
        "struck": place.struck,
    }


def _reading(event: FormReturned, held: Holdings) -> Reading | None:
    read = (mail.read for mail in held.mails if mail.read is not None)
    readings = (each for mail in read for each in mail.readings)
    return next((each for each in readings if each.digest == event.document.digest), None)


def _answer(answer: Answer, form: Form | None) -> dict[str, object]:
    return {
        "field": answer.field,
        "label": _both(form.label_of(answer.field)) if form is not None else None,
        "value": _plain(answer.value),
        "trust": answer.trust.value,
        "evidence": [_evidence(each) for each in answer.evidence],
        "problem": answer.problem or None,
    }


def _signature(signature: Signature, form: Form | None) -> dict[str, object]:
    return {
        "slot": signature.slot,
        "label": _both(form.label_of(signature.slot)) if form is not None else None,
        "verdict": signature.verdict.value,
        "how": signature.how.value if signature.how is not None else None,
        "who": signature.who or None,
        "reasons": list(signature.reasons),
        "evidence": [_evidence(each) for each in signature.evidence],
        "picture": signature.picture or None,
    }


def _evidence(evidence: Evidence) -> dict[str, str]:
    return {"place": evidence.place, "words": evidence.words}


def _plain(value: Scalar | None) -> object:
    match value:
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
