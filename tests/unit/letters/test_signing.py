"""A letter offers no way of signing that a slot of its form would refuse."""

from dataclasses import replace

from agent.domain.forms import Form, SignatureKind
from agent.domain.words import Language
from agent.letters.signing import ways_to_sign
from agent.letters.values import Tongue
from tests.unit.forms.filled import form_of
from tests.unit.letters.scenes import scene


def said(language: Language, *accepts: set[SignatureKind]) -> str:
    form = form_of("deliverable")
    slots = tuple(replace(form.slots[0], id=f"s{n}", accepts=frozenset(a)) for n, a in enumerate(accepts))
    return ways(replace(form, slots=slots), language)


def ways(form: Form | None, language: Language) -> str:
    stage = scene(None)
    return ways_to_sign(
        form, Tongue(language=language, directory=stage.directory, workdays=stage.workdays, now=stage.now)
    )


def test_what_every_slot_accepts_is_offered() -> None:
    """A seal where the form takes one; and not where one of its slots wants ink alone."""
    ink, seal = SignatureKind.INK, SignatureKind.SEAL
    assert said(Language.ZH, {ink, seal}) == "手写签名或盖章均可"
    assert said(Language.EN, {ink, seal}) == "by hand or seal"
    assert said(Language.ZH, {ink, seal}, {ink}) == "手写签名"
    assert said(Language.EN, {seal}) == "seal"


def test_slots_that_have_nothing_in_common_speak_for_themselves() -> None:
    """And a form without slots is not signed at all."""
    apart = ({SignatureKind.INK}, {SignatureKind.SEAL})
    assert said(Language.ZH, *apart) == "方式以各签名处要求为准"
    assert said(Language.EN, *apart) == "as each place says"
    assert said(Language.EN) == ways(None, Language.EN) == ""
