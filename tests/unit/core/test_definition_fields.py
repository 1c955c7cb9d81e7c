"""A pack whose form lacks a field that something is built on is refused, not silently half working."""

import tomllib
from dataclasses import replace

import pytest

from agent.core.definition import build
from agent.core.definition_error import DefinitionError
from agent.core.definition_fields import CHECKS_READ, WRITES_READ
from agent.core.vocabulary import CHECKS, WRITES
from agent.domain.forms import Choice, Form
from agent.domain.words import Words
from tests.company import PACK, the_forms


def refused(form: Form) -> str:
    """Return why the shipped process cannot be built over another form."""
    data = tomllib.loads((PACK / "process.toml").read_text("utf-8"))
    with pytest.raises(DefinitionError) as found:
        build(data, {**the_forms(), form.id: form}, "changed")
    return str(found.value)


def without(form: str, path: str) -> Form:
    """Return a shipped form without one field or column."""
    whole, (name, _, column) = the_forms()[form], path.partition(".")
    if not column:
        return replace(whole, fields=tuple(f for f in whole.fields if f.id != name))
    fields = (
        replace(f, columns=tuple(c for c in f.columns if c.id != column)) if f.id == name else f
        for f in whole.fields
    )
    return replace(whole, fields=tuple(fields))


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("minutes", "actions.who"),
        ("progress", "tasks.no"),
        ("change", "tasks.after"),
        ("breakdown", "tasks.accountable"),
        ("request", "completion"),
        ("issue", "ruling"),
        ("issue", "parties.department"),
        ("acceptance", "rework.who"),
    ],
)
def test_a_missing_field_is_named(form: str, path: str) -> None:
    """With the place in process.toml that wants it."""
    why = refused(without(form, path))

    assert f"{form}.{path}" in why
    assert "process.toml" in why


def test_a_progress_form_offers_the_statuses_that_a_task_can_have() -> None:
    """Another one could not be kept when it came back."""
    form = the_forms()["progress"]
    blocked = Choice(value="blocked", label=Words(zh="受阻", en="Blocked"))
    fields = (
        replace(
            f,
            columns=tuple(
                replace(c, choices=(*c.choices, blocked)) if c.id == "status" else c for c in f.columns
            ),
        )
        for f in form.fields
    )

    assert "blocked" in refused(replace(form, fields=tuple(fields)))


def test_every_register_and_check_says_what_it_reads() -> None:
    """A new one cannot be forgotten here."""
    assert set(WRITES_READ) == WRITES
    assert set(CHECKS_READ) == CHECKS
