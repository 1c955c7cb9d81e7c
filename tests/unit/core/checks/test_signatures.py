"""A signature counts when the slot accepts its kind and nothing says that somebody else made it."""

from datetime import date

import pytest

from agent.core.checks.signatures import check_signatures
from agent.domain.answers import Evidence
from agent.domain.forms import SignatureKind
from agent.domain.people import Role
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


@pytest.mark.parametrize(
    "how", [SignatureKind.INK, SignatureKind.PICTURE, SignatureKind.SEAL, SignatureKind.DIGITAL]
)
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
        slot="initiating_head", verdict=Verdict.UNCLEAR, reasons=("faint: the mark is faint",)
    )
    (found,) = check_signatures((unclear,), HEAD, sender=at("zhang"), context=asking("request"))
    assert (found.code, found.found) == ("signature_unclear", "the mark is faint")


def test_a_kind_that_the_slot_does_not_accept_is_refused() -> None:
    """The head of the initiating department may not type a name."""
    assert check(signed(SignatureKind.TYPED, "王芳"), sender="wang") == [
        ("signature_kind", "initiating_head")
    ]


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


def test_a_certificate_in_another_spelling_is_only_a_warning() -> None:
    """Certificates write Wang Fang where the directory writes 王芳."""
    assert check(signed(SignatureKind.DIGITAL, "WANG Fang")) == [("signer_name_differs?", "initiating_head")]


def test_a_slot_that_this_sheet_does_not_need_is_left_alone() -> None:
    """A deliverable comes back before the cooperating departments confirm it."""
    assert check(signed(SignatureKind.INK, slot="owner"), form="deliverable") == []
