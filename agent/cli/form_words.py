"""What a form asks, said to people and to programs."""

from typing import TYPE_CHECKING

from agent.cli.language import LANGUAGE, tr
from agent.cli.say import say, say_table
from agent.domain.words import Words

if TYPE_CHECKING:
    from agent.domain.forms import Choice, Field, Form


def described(form: "Form") -> dict[str, object]:
    """Return `forms describe --json` (cli.md)."""
    return {
        **heading(form),
        "fields": [_field(each) for each in form.fields],
        "signatures": [
            {
                "id": slot.id,
                "label": words_of(slot.label),
                "accepts": sorted(kind.value for kind in slot.accepts),
                "signer": slot.signer,
                "required": slot.required,
            }
            for slot in form.slots
        ],
    }


def heading(form: "Form") -> dict[str, object]:
    """Return one form of `forms list --json` (cli.md)."""
    return {
        "form": form.id,
        "version": form.version,
        "title": words_of(form.title),
        "compiled": form.compiled,
    }


def _field(field: "Field") -> dict[str, object]:
    facts: dict[str, object] = {
        "id": field.id,
        "label": words_of(field.label),
        "kind": field.kind.value,
        "required": field.required,
        "given": field.given,
        "several": field.several,
        "choices": [_choice(each) for each in field.choices],
        "columns": [_field(each) for each in field.columns],
    }
    if field.required_if is not None:
        facts["required_if"] = {"field": field.required_if[0], "is": field.required_if[1]}
    return facts


def _choice(choice: "Choice") -> dict[str, object]:
    return {"value": choice.value, "label": words_of(choice.label)}


def words_of(words: Words) -> dict[str, str]:
    """Return words in both languages."""
    return {"zh": words.zh, "en": words.en}


def print_form(form: "Form") -> None:
    """Print what a form asks, for people."""
    say(f"{form.title.in_(LANGUAGE)} ({form.id}, {form.version})")
    say(form.instruction.in_(LANGUAGE))
    say()
    yes = tr("必填", "required")
    rows = []
    for path, field in form.walk():
        offered = tr("、", ", ").join(c.label.in_(LANGUAGE) for c in field.choices)
        needed = yes if field.required else ""
        rows.append((path, field.label.in_(LANGUAGE), field.kind.value, needed, offered))
    heads = (tr("字段", "field"), tr("标签", "label"), tr("类型", "kind"), "", tr("选项", "choices"))
    say_table(heads, rows)
    if form.slots:
        say()
        slots = (tr("签字处", "signature"), tr("标签", "label"), tr("接受", "accepts"))
        accepted = (
            (s.id, s.label.in_(LANGUAGE), ", ".join(sorted(k.value for k in s.accepts))) for s in form.slots
        )
        say_table(slots, accepted)
