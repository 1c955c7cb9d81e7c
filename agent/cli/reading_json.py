"""A reading as JSON, as cli.md has it under `parse --json`, and then how it compares with what was sent.

The last three keys are those of a reading in an archive (`agent.service.archives.readings`).
"""

from datetime import date, datetime
from decimal import Decimal

from agent.cli.language import LANGUAGE
from agent.domain.answers import Answer, Answers, Scalar, Trust
from agent.domain.forms import Field, Form, Kind
from agent.domain.reading import Reading
from agent.domain.signatures import Signature


def reading_json(reading: Reading, form: Form | None, seconds: float) -> dict[str, object]:
    """Return one document; `form` is the one it was read as, None when it is none of ours."""
    return {
        "file": reading.file,
        "form": reading.form or None,
        "version": reading.version or None,
        "lang": reading.language.value if reading.language is not None else None,
        "case": (reading.sheet.case or None) if reading.sheet is not None else None,
        "token": reading.token.value,
        "source": reading.source.value,
        "pages": reading.pages,
        "seconds": round(seconds, 3),
        "fields": {f.id: _field(f, reading.answers) for f in form.fields} if form is not None else {},
        "signatures": {signature.slot: _signature(signature) for signature in reading.signatures},
        "problems": [
            {"code": problem.code, "field": problem.field, "say": problem.say.in_(LANGUAGE)}
            for problem in reading.problems
        ],
        "pages_missing": list(reading.lacks),
        "text_not_as_sent": [
            {
                "kind": drift.kind.value,
                "page": drift.page or None,
                "sent": drift.sent or None,
                "returned": drift.returned or None,
            }
            for drift in reading.drift
        ],
        "text_not_compared": [
            {
                "page": place.page or None,
                "sent": place.words or None,
                "picture": place.picture or None,
                "struck": place.struck,
            }
            for place in reading.uncompared
        ],
    }


def rows_in(answers: Answers, field: Field) -> list[dict[str, Answer]]:
    """Return the rows of a rows field, each with an answer per column that was looked for."""
    rows: dict[int, dict[str, Answer]] = {}
    for answer in answers.all:
        name, _, rest = answer.field.partition(".")
        number, _, column = rest.partition(".")
        if name == field.id and number.isdecimal():
            rows.setdefault(int(number), {})[column] = answer
    return [rows[number] for number in sorted(rows)]


def scalar_json(value: Scalar | None) -> object:
    """Return a value as JSON has it: ISO for days and moments, a number for a number."""
    match value:
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return value


def _field(field: Field, answers: Answers) -> dict[str, object]:
    if field.kind is Kind.ROWS:
        return {
            "rows": [
                {name: _answer(answer) for name, answer in row.items()} for row in rows_in(answers, field)
            ]
        }
    return _answer(answers.get(field.id) or Answer(field=field.id, value=None, trust=Trust.ABSENT))


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "value": scalar_json(answer.value),
        "trust": answer.trust.value,
        "evidence": [{"place": each.place, "words": each.words} for each in answer.evidence],
    }


def _signature(signature: Signature) -> dict[str, object]:
    return {
        "verdict": signature.verdict.value,
        "how": signature.how.value if signature.how is not None else None,
        "who": signature.who,
        "reasons": list(signature.reasons),
        "evidence": [{"place": each.place, "words": each.words} for each in signature.evidence],
    }
