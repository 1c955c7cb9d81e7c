"""A signature counts when the slot accepts its kind and nothing says that somebody else made it."""

from dataclasses import replace
from datetime import date

import pytest

from agent.core.checks.context import CheckContext
from agent.core.checks.signatures import check_signatures
from agent.domain.answers import Evidence
from agent.domain.forms import SignatureKind
from agent.domain.marks import INK
from agent.domain.people import Role
from agent.domain.problems import Problem
from agent.domain.signatures import Signature, Verdict
from tests.company import a_person, at
from tests.unit.core.checks.asked import asking, shown

HEAD = {"initiating_head": at("wang")}


def signed(how: SignatureKind, who: str = "", slot: str = "initiating_head") -> Signature:
    evidence = (Evidence(place=slot, words=who or how.value),)
    return Signature(slot=slot, verdict=Verdict.SIGNED, how=how, who=who, evidence=evidence)


def check(*signatures: Signature, sender: str = "zhang", form: str = "request") -> list[tuple[str, str]]:
    signers = HEAD if form == "request" else {"owner": at("li")}
    return shown(check_signatures(signatures, signers, sender=at(sender), context=asking(form)))


@pytest.mark.parametrize("how", [SignatureKind.INK, SignatureKind.PICTURE, SignatureKind.SEAL])
def test_a_mark_that_names_nobody_counts_from_any_sender(how: SignatureKind) -> None:
    """The initiator mails what the head signed on paper."""
    assert check(signed(how)) == []


def test_an_empty_slot_is_asked_for_by_the_name_of_who_should_sign() -> None:
    """Not read at all, and read as empty, are the same to the person."""
    assert (
        check()
        == check(Signature(slot="initiating_head", verdict=Verdict.UNSIGNED))
        == [("unsigned", "initiating_head")]
    )
    (found,) = check_signatures((), HEAD, sender=at("zhang"), context=asking("request"))
    assert "王芳" in found.say.zh
    assert "王芳" in found.say.en


def test_an_unclear_mark_is_told_with_its_reasons_as_words() -> None:
    """Codes are for machines."""
    unclear = Signature(
        slot="initiating_head", verdict=Verdict.UNCLEAR, reasons=("unheard_of: the mark is faint",)
    )
    (found,) = check_signatures((unclear,), HEAD, sender=at("zhang"), context=asking("request"))
    assert (found.code, found.found) == ("signature_unclear", "the mark is faint")


def test_a_mark_that_does_not_count_is_told_in_the_readers_language_with_what_to_do() -> None:
    """Sign again, larger, inside the box; a seal in its middle; and the reader's code is for machines."""
    unclear = Signature(
        slot="initiating_head", verdict=Verdict.UNCLEAR, reasons=(f"thumb_print: {INK['thumb_print'].en}",)
    )
    (found,) = check_signatures((unclear,), HEAD, sender=at("zhang"), context=asking("request"))
    assert INK["thumb_print"].zh in found.say.zh
    assert "王芳" in found.say.zh
    assert "签字栏内" in found.say.zh
    assert "thumb_print" not in found.say.zh + found.say.en + found.found
    assert "inside the box" in found.say.en


def test_a_kind_that_the_slot_does_not_accept_is_refused() -> None:
    """The head of the initiating department may not type a name."""
    assert check(signed(SignatureKind.TYPED, "王芳"), sender="wang") == [
        ("signature_kind", "initiating_head")
    ]


def accepting(*kinds: SignatureKind) -> CheckContext:
    """Return the check of a form whose slot accepts these kinds and no others."""
    context = asking("request")
    slots = tuple(replace(slot, accepts=frozenset(kinds)) for slot in context.form.slots)
    return replace(context, form=replace(context.form, slots=slots))


def found_in(context: CheckContext, signature: Signature) -> tuple[Problem, ...]:
    return check_signatures((signature,), HEAD, sender=at("zhang"), context=context)


def test_a_seal_alone_counts_where_the_form_accepts_one_and_nowhere_else() -> None:
    """公章 may stand for a signature; the form file says so, and the sender is told what was found."""
    seal = replace(signed(SignatureKind.SEAL), reasons=(f"seal: {INK['seal'].en}",))
    assert found_in(accepting(SignatureKind.SEAL), seal) == ()
    (found,) = found_in(accepting(SignatureKind.INK), seal)
    assert found.code == "signature_kind"
    assert "盖章" in found.say.zh
    assert "手写签字" in found.say.zh
    assert "a seal" in found.say.en


def test_ink_upon_a_seal_is_both() -> None:
    """A form that wants the company's seal is not sent back because somebody signed over it."""
    ink, both = signed(SignatureKind.INK), (f"seal: {INK['seal'].en}",)
    assert found_in(accepting(SignatureKind.SEAL), replace(ink, reasons=both)) == ()
    assert [each.code for each in found_in(accepting(SignatureKind.SEAL), ink)] == ["signature_kind"]
    assert found_in(accepting(SignatureKind.INK), replace(ink, reasons=both)) == ()


def test_a_seal_that_may_hide_a_signature_is_looked_at_by_a_person() -> None:
    """On a grey scan nobody can tell ink beneath a seal: it is neither refused nor taken."""
    reasons = tuple(f"{code}: {INK[code].en}" for code in ("seal", "under_seal"))
    seal = replace(signed(SignatureKind.SEAL), reasons=reasons)
    (found,) = found_in(accepting(SignatureKind.INK), seal)
    assert found.code == "signature_unclear"
    assert INK["under_seal"].zh in found.say.zh
    assert found_in(accepting(SignatureKind.INK, SignatureKind.SEAL), seal) == ()


def test_a_typed_name_counts_only_in_the_signers_own_mail() -> None:
    """Anybody can type anybody's name."""
    typed = signed(SignatureKind.TYPED, "李娜", "owner")
    assert check(typed, sender="li", form="deliverable") == []
    assert check(typed, sender="liu", form="deliverable") == [("typed_by_other", "owner")]
    assert check(typed, sender="stranger", form="deliverable") == [("typed_by_other", "owner")]


def test_a_typed_name_of_somebody_else_is_refused_though_the_signer_sent_it() -> None:
    """The slot must name its signer."""
    assert check(signed(SignatureKind.TYPED, "刘洋", "owner"), sender="li", form="deliverable") == [
        ("signed_by_other", "owner")
    ]


def test_who_stands_in_may_sign() -> None:
    """王芳 is away and 张伟 is her deputy."""
    away = a_person(
        "王芳",
        "wang",
        "市场部",
        Role.HEAD,
        above="zhao",
        deputy="zhang",
        away=(date(2026, 3, 1), date(2026, 3, 9)),
    )
    named = signed(SignatureKind.DIGITAL, "张伟")
    assert check_signatures((named,), HEAD, sender=at("zhang"), context=asking("request", away)) == ()
    assert check(named) == [("signed_by_other", "initiating_head")]


def test_a_certificate_in_another_spelling_is_only_a_warning_in_the_signers_own_mail() -> None:
    """Certificates write Wang Fang where the directory writes 王芳; her own mail says that it is she."""
    spelled = signed(SignatureKind.DIGITAL, "WANG Fang")
    assert check(spelled, sender="wang") == [("signer_name_differs?", "initiating_head")]


@pytest.mark.parametrize("who", ["WANG Fang", ""])
def test_a_certificate_that_nobody_can_place_wants_somebody_to_vouch_for_it(who: str) -> None:
    """In somebody else's mail an unknown certificate may be anybody's who has one of the company."""
    assert check(signed(SignatureKind.DIGITAL, who)) == [("signer_unknown", "initiating_head")]


def test_a_certificate_with_the_signers_address_is_the_signers() -> None:
    """An address decides where a name is spelled differently."""
    assert check(signed(SignatureKind.DIGITAL, "WANG Fang <Wang@example.com>")) == []
    assert check(signed(SignatureKind.DIGITAL, "王芳 <li@example.com>"), sender="wang") == [
        ("signed_by_other", "initiating_head")
    ]


def test_a_certificate_with_a_name_that_two_people_have_is_vouched_for() -> None:
    """There are two 王芳: which of them a certificate without an address belongs to, nobody can tell."""
    namesake = a_person("王芳", "wang2", "生产部")
    context = asking("request", namesake)
    both = signed(SignatureKind.DIGITAL, "王芳")
    (found,) = check_signatures((both,), HEAD, sender=at("zhang"), context=context)
    assert found.code == "signer_unknown"
    assert "不止一位" in found.say.zh
    assert "More than one" in found.say.en
    assert check_signatures((both,), HEAD, sender=at("wang"), context=context) == ()
    certain = signed(SignatureKind.DIGITAL, "王芳 <wang@example.com>")
    assert check_signatures((certain,), HEAD, sender=at("zhang"), context=context) == ()


def test_who_signed_instead_is_told_by_name_with_who_should_have() -> None:
    """The reader must not look up who signed."""
    mark = signed(SignatureKind.DIGITAL, "李娜")
    (found,) = check_signatures((mark,), HEAD, sender=at("zhang"), context=asking("request"))
    assert "李娜" in found.say.zh
    assert "王芳" in found.say.zh
    assert "李娜 signed" in found.say.en


def test_a_seal_names_an_organisation_and_no_person() -> None:
    """What stands around a company seal is not compared with the directory of people."""
    assert check(signed(SignatureKind.SEAL, "市场部专用章")) == []


def test_a_mark_that_the_signer_disowns_has_to_be_made_anew() -> None:
    """Whatever else it is, it is not the signer's."""
    denied = Signature(slot="initiating_head", verdict=Verdict.UNSIGNED, reasons=("denied: 王芳",))
    assert check(denied) == [("signature_denied", "initiating_head")]


def test_a_slot_that_this_sheet_does_not_need_is_left_alone() -> None:
    """A deliverable comes back before the cooperating departments confirm it."""
    assert check(signed(SignatureKind.INK, slot="owner"), form="deliverable") == []
