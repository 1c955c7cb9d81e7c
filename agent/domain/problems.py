"""What is wrong with something a person sent, in words that the person can act on."""

from dataclasses import dataclass

from agent.domain.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to put right: where, what was found, what is expected."""

    code: str
    """Stable, for machines: `missing`, `bad_date`, `unknown_person`, …"""
    field: str = ""
    """The path of the field (`departments.0.asked`) or slot; empty when it concerns the whole."""
    found: str = ""
    """The words that stood there, shortened for reading; empty when nothing did."""
    say: Words
    """What is expected, as a sentence to the person who filled the form."""
    blocks: bool = True
    """False for a warning, which travels with the form but does not send it back."""
