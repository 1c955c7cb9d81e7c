"""Is every slot of a sheet signed that must be, in a way that counts, by whom it should be?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.core.checks.context import CheckContext, problem, warning
from agent.domain.forms import SignatureKind, Slot
from agent.domain.mail import Address, address
from agent.domain.marks import told
from agent.domain.people import Directory, Person
from agent.domain.problems import Problem
from agent.domain.signatures import Signature, Verdict
from agent.domain.words import Words

_KINDS: Mapping[SignatureKind, Words] = {
    SignatureKind.INK: Words(zh="手写签字", en="ink"),
    SignatureKind.PICTURE: Words(zh="签名图片", en="a picture of the signature"),
    SignatureKind.DIGITAL: Words(zh="数字签名", en="a digital signature"),
    SignatureKind.SEAL: Words(zh="盖章", en="a seal"),
    SignatureKind.TYPED: Words(zh="键入姓名", en="a typed name"),
}


UNCLEAR = frozenset({"signature_unclear", "signer_unknown"})
"""Problems of a signature that somebody other than the sender can settle with a word."""

VOUCHED = "vouched: "
"""What the reason of an unclear signature begins with that somebody other than the sender has vouched for."""

DENIED = "denied: "
"""What the reason of a signature begins with of which the signer says that it is not theirs."""

_ADDRESS = re.compile(r"[^\s<>(),;，；（）]+@[^\s<>(),;，；（）]+")


def check_signatures(
    signatures: tuple[Signature, ...],
    signers: Mapping[str, Address],
    *,
    sender: Address,
    context: CheckContext,
) -> tuple[Problem, ...]:
    """Return what is wrong with the signatures that this sheet needs.

    A typed name proves nothing by itself, so it counts only in a mail that the signer, or who stands
    in for the signer today, sent.  A mark in ink and a picture name nobody: whoever may send the form back
    answers for it.  A seal names an organisation, so no person is looked for in it.  A certificate names a
    person, and that has to be the signer: another person of the directory is refused.  A name that the
    directory does not have (`WANG Fang` of 王芳) is only told when the signer sent it; in somebody else's
    mail it is for the signer or a coordinator to vouch for (ADR 0022), as is one that two people have.

    Args:
        signatures: What was read.
        signers: The slots that must be signed on this sheet, each with who should sign it; a slot that
            the form does not have is ignored.
        sender: Who sent the mail.
        context: The form as asked, who people are, and the day.
    """
    directory = context.world.directory
    by_slot = {signature.slot: signature for signature in signatures}
    found: list[Problem] = []
    for slot in context.form.slots:
        if slot.id in signers:
            asked = _Asked(
                slot=slot,
                signer=directory.find(signers[slot.id]),
                stand_in=directory.stand_in(signers[slot.id], context.today),
                directory=directory,
            )
            found.extend(_slot(asked, by_slot.get(slot.id), directory.find(sender)))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One slot, and who should sign it."""

    slot: Slot
    signer: Person | None
    stand_in: Person | None
    directory: Directory

    def may_sign(self, person: Person | None) -> bool:
        return person is not None and person in {self.signer, self.stand_in}


def _slot(asked: _Asked, signature: Signature | None, sender: Person | None) -> tuple[Problem, ...]:
    slot = asked.slot
    if signature is not None and any(reason.startswith(DENIED) for reason in signature.reasons):
        return (problem("signature_denied", slot.id, "", _denied(asked)),)
    if signature is None or signature.verdict is Verdict.UNSIGNED:
        return (problem("unsigned", slot.id, "", _please_sign(asked)),)
    if signature.verdict is Verdict.UNCLEAR:
        return (
            problem(
                "signature_unclear", slot.id, _reasons(signature).en, _please_sign_anew(asked, signature)
            ),
        )
    if not _counts(slot, signature):
        if SignatureKind.INK in slot.accepts and _says(signature, "under_seal"):
            return (
                problem(
                    "signature_unclear", slot.id, _reasons(signature).en, _please_sign_anew(asked, signature)
                ),
            )
        return (problem("signature_kind", slot.id, signature.evidence[0].words, _not_so(asked, signature)),)
    if signature.how is SignatureKind.TYPED and not asked.may_sign(sender):
        return (problem("typed_by_other", slot.id, signature.who, _please_send(asked.signer)),)
    return _name(asked, signature, by_signer=asked.may_sign(sender))


def _counts(slot: Slot, signature: Signature) -> bool:
    """Say whether the slot accepts a mark; ink upon a seal is both."""
    both = signature.how is SignatureKind.INK and _says(signature, "seal")
    return signature.how in slot.accepts or (both and SignatureKind.SEAL in slot.accepts)


def _says(signature: Signature, code: str) -> bool:
    """Say whether a reader named a reason (`agent.domain.marks`)."""
    return any(reason.partition(":")[0] == code for reason in signature.reasons)


def _name(asked: _Asked, signature: Signature, *, by_signer: bool) -> tuple[Problem, ...]:
    """Compare the name that stands in the slot, when one does, with who should sign."""
    certified = signature.how is SignatureKind.DIGITAL
    if any(reason.startswith(VOUCHED) for reason in signature.reasons):
        return ()
    if signature.how is SignatureKind.SEAL or not (signature.who or (certified and not by_signer)):
        return ()
    named = _named(asked.directory, signature.who)
    if any(map(asked.may_sign, named)):
        if not certified or by_signer or all(map(asked.may_sign, named)):
            return ()
        shared = named[0].name
        say = Words(
            zh=f"通讯录中名为{shared}的不止一位，证书上没有邮箱，无法确认是哪一位签署。",
            en=f"More than one person is called {shared}, and the certificate has no address: whose is it?",
        )
        return (problem("signer_unknown", asked.slot.id, signature.who, say),)
    if named or signature.how is SignatureKind.TYPED:
        who = named[0].name if named else signature.who
        return (problem("signed_by_other", asked.slot.id, signature.who, _not_theirs(who, asked)),)
    name = _name_of(asked.signer)
    if certified and not by_signer:
        say = Words(
            zh=f"数字证书上的姓名在通讯录中查不到，无法确认是{name.zh}本人签署。",
            en=f"The certificate names somebody whom the directory does not know; is it {name.en}?",
        )
        return (problem("signer_unknown", asked.slot.id, signature.who, say),)
    say = Words(
        zh=f"签名所载姓名与通讯录中的{name.zh}不同，请留意核对。",
        en=f"The name in the signature is not how the directory knows {name.en}; please compare.",
    )
    return (warning("signer_name_differs", asked.slot.id, signature.who, say),)


def _named(directory: Directory, who: str) -> tuple[Person, ...]:
    """Return the people whom the words of a signature name: by name, or by a mail address among them."""
    addresses = (directory.find(address(each)) for each in _ADDRESS.findall(who))
    by_address = tuple(person for person in addresses if person is not None)
    return by_address or directory.named(_ADDRESS.sub("", who).strip(" <>()（）,，"))


def _not_theirs(who: str, asked: _Asked) -> Words:
    please = _please_sign(asked)
    return Words(zh=f"此处签署的是{who}。{please.zh}", en=f"{who} signed here. {please.en}")


def _not_so(asked: _Asked, signature: Signature) -> Words:
    please = _please_sign(asked)
    kind = _KINDS.get(signature.how) if signature.how is not None else None
    if kind is None:
        return please
    return Words(
        zh=f"此处为{kind.zh}，本栏不能以此代替签署。{please.zh}",
        en=f"This slot shows {kind.en}, which does not count here. {please.en}",
    )


def _denied(asked: _Asked) -> Words:
    please = _please_sign(asked)
    return Words(
        zh=f"经核对，此处不是应签署人本人的签字。{please.zh}",
        en=f"This mark was said not to be the signer's own. {please.en}",
    )


def _please_sign(asked: _Asked) -> Words:
    accepted = [words for kind, words in _KINDS.items() if kind in asked.slot.accepts]
    name = _name_of(asked.signer)
    return Words(
        zh=f"请由{name.zh}签署（{'、'.join(w.zh for w in accepted)}均可）。",
        en=f"Please have {name.en} sign here ({' or '.join(w.en for w in accepted)}).",
    )


def _please_send(signer: Person | None) -> Words:
    return Words(
        zh=f"键入的姓名只有由{_name_of(signer).zh}本人发来邮件才有效；请本人发送，或手写签字后扫描发来。",
        en=f"A typed name counts only when {_name_of(signer).en} sends the mail; "
        "please let them send it, or sign in ink and send a scan.",
    )


def _name_of(signer: Person | None) -> Words:
    if signer is None:
        return Words(zh="应签署人", en="the person responsible")
    return Words.same(signer.name)


def _please_sign_anew(asked: _Asked, signature: Signature) -> Words:
    """Say why a mark does not count yet, and how to sign so that it does."""
    why, please = _reasons(signature), _please_sign(asked)
    if signature.how is SignatureKind.DIGITAL:
        return Words(zh=f"{why.zh}。{please.zh}", en=f"{_sentence(why.en)} {please.en}")
    return Words(
        zh=f"{why.zh}。{please.zh}手写时请在签字栏内用深色笔重新签名，写大、写清楚，不压边框；盖章请盖在本栏正中。",
        en=f"{_sentence(why.en)} {please.en} In ink: sign again inside the box, large and dark, clear of its "
        "edges; a seal belongs in the middle of the box.",
    )


def _reasons(signature: Signature) -> Words:
    """Return the reasons as words, without the codes that machines go by."""
    said = [told(each) for each in signature.reasons]
    return Words(zh="；".join(each.zh for each in said), en="; ".join(each.en for each in said))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
