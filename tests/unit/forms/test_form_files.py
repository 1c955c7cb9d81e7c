"""Form files: every one parses, and every slip is named with its place."""

import tomllib
from collections.abc import Mapping

import pytest

from agent.core.definition_error import DefinitionError
from agent.core.form_files import parse
from agent.domain.forms import Kind, SignatureKind
from agent.packs import digest_of, find, load_forms
from tests.unit.forms.filled import FOLDER, form_of

_SMALL = """
id = "small"
version = 1
title = { zh = "小表", en = "Small" }
instruction = { zh = "填写", en = "Fill in" }
[[fields]]
id = "answer"
label = { zh = "结论", en = "Answer" }
kind = "choice"
choices = [{ value = "yes", label = { zh = "是", en = "Yes" } }]
[[fields]]
id = "why"
label = { zh = "理由", en = "Why" }
kind = "text"
required_if = { field = "answer", is = "yes" }
[[slots]]
id = "head"
label = { zh = "签字", en = "Signature" }
accepts = ["ink"]
"""


def _small(old: str = "", new: str = "") -> Mapping[str, object]:
    assert old in _SMALL
    return tomllib.loads(_SMALL.replace(old, new, 1))


def test_every_form_of_the_process_ships() -> None:
    """process.md, The forms: all of its table but the invitation, which is a mail."""
    assert sorted(load_forms(FOLDER)) == [
        *("acceptance", "breakdown", "change", "confirmation", "deliverable", "issue", "kickoff_minutes"),
        *("minutes", "progress", "record", "request", "summary", "tracker"),
    ]


def test_a_typed_name_signs_only_where_the_signer_is_the_sender() -> None:
    """process.md: typed is enough for an owner; a recorder and a planner send their own form."""
    typed = {
        (form.id, slot.id)
        for form in load_forms(FOLDER).values()
        for slot in form.slots
        if SignatureKind.TYPED in slot.accepts
    }
    assert typed == {
        ("progress", "owner"),
        ("deliverable", "owner"),
        ("minutes", "recorder"),
        ("kickoff_minutes", "recorder"),
        ("breakdown", "planner"),
    }


def test_what_a_conclusion_requires_is_told() -> None:
    """A supplement says what is missing, a refusal says why."""
    form = form_of("confirmation")
    needs = {f.id: f.required_if for f in form.fields if f.required_if}
    assert needs["supplement"] == ("conclusion", "supplement")
    assert needs["reason"] == ("conclusion", "decline")
    assert needs["lead"] == ("conclusion", "confirm")


def test_a_field_has_every_quality_that_the_file_gives_it() -> None:
    """Rows keep their columns, kinds and the number of empty lines."""
    tasks = form_of("breakdown").field("tasks")
    assert tasks is not None
    assert tasks.kind is Kind.ROWS
    consulted = tasks.column("consulted")
    assert consulted is not None
    assert (consulted.kind, consulted.several) == (Kind.PERSON, True)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (
            'kind = "text"',
            'kind = "txt"',
            "fields.why] kind: “txt” is no kind of field; did you mean “text”?",
        ),
        ('is = "yes"', 'is = "yess"', "why.required_if: “yess” is no choice of answer; did you mean “yes”?"),
        ('field = "answer"', 'field = "anwser"', "“anwser” is no field; did you mean “answer”?"),
        ('["ink"]', '["inc"]', "slots.head] accepts: “inc” is no kind of signature; did you mean “ink”?"),
        ('["ink"]', "[]", "slots.head] accepts"),
        ('id = "why"', 'id = "answer"', "answer: this id stands there twice"),
        ('id = "why"', 'id = "Why!"', "lower-case letters"),
        ('en = "Why"', 'en = " "', "needs words in both languages"),
        ("version = 1", "version = 0", "version: must be at least 1"),
        ("version = 1", "version = 1\nvresion = 2", "vresion: is not known here; did you mean “version”?"),
        ('kind = "text"', 'kind = "rows"', "columns"),
        ('kind = "text"', 'kind = "text"\ngiven = true', "given: what we fill in ourselves"),
        ("[[slots]]", '[layout]\npairs = [["answer", "wy"]]\n[[slots]]', "“wy” is no field"),
        ("[[slots]]", "[layout]\nwidths = { why = [1, 2] }\n[[slots]]", "must list 0 widths"),
    ],
)
def test_a_slip_is_named_with_file_table_key_and_nearest_name(old: str, new: str, place: str) -> None:
    """A coordinator who edits a pack is told where the slip is and what was probably meant."""
    with pytest.raises(DefinitionError) as caught:
        parse(_small(old, new), "forms/small.toml")
    assert str(caught.value).startswith("forms/small.toml: ")
    assert place in str(caught.value)
    assert caught.value.why.zh != caught.value.why.en


def test_the_small_form_itself_is_right() -> None:
    """Else the slips above would prove nothing."""
    assert parse(_small(), "forms/small.toml").id == "small"


def test_an_unknown_pack_is_told_with_the_nearest_name() -> None:
    """A typing error in `pack = …` names the pack that ships."""
    with pytest.raises(DefinitionError, match="did you mean “collaboration”"):
        find("colaboration", FOLDER)


def test_the_digest_is_over_every_definition_file() -> None:
    """Definitions are immutable by their digest (design, The process is data)."""
    digest = digest_of(FOLDER)
    assert digest == digest_of(FOLDER)
    assert len(digest) == 64
