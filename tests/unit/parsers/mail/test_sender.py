"""Who vouches for a From: every header that could say so can be forged, and each is believed only so far."""

import base64
from collections.abc import Mapping

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.authenticity import REASONS, UNCHECKED, VOUCHERS, Authenticity, Standing, told
from agent.domain.mail import Address
from parsers.limits import STANDARD
from parsers.mail.headers import read_headers, split
from parsers.mail.message import read_mail
from parsers.mail.sender import authenticity
from parsers.mail.sender_domains import aligned
from parsers.mail.sender_results import NO_ID, read_results
from parsers.mail.sender_trust import Trust
from tests.mails import a_mail

OURS = "mx.example.com"
SERVER = Trust(server=OURS, hops=1)
RECEIVED = "Received: from a by mx.example.com with ESMTPS id 1; Mon, 23 Nov 2026 09:00:00 +0800"
OWN = frozenset({Address("clerk@example.com")})


def mail(*above: str, body: bytes | None = None) -> bytes:
    """Return a mail of li.na@example.com with header lines above its own."""
    return "".join(f"{line}\r\n" for line in above).encode() + (body or a_mail())


def judged(raw: bytes, trust: Trust, answers: Mapping[str, bytes] | None = None) -> Authenticity:
    """Return the verdict on a mail; DNS answers what `answers` says, and is away without them."""

    def lookup(name: str) -> bytes | None:
        if answers is None:
            raise TimeoutError
        return answers.get(name)

    headers = read_headers(split(raw)[0], STANDARD)
    sender = next((one for _, one in headers.mailboxes("from")), Address(""))
    return authenticity(raw, headers, sender, trust=trust, own=OWN, lookup=lookup)


def results(words: str, server: str = OURS) -> str:
    return f"Authentication-Results: {server}; {words}"


# ---------------------------------------------------------------------- nothing configured


def test_a_house_that_trusts_nobody_checks_nothing() -> None:
    """Behaviour is as it was, and says so: unchecked is neither authentic nor doubtful."""
    found = read_mail(mail(results("dmarc=fail header.from=example.com")), own=OWN).authenticated
    assert found == UNCHECKED
    assert not found.is_doubtful


# ---------------------------------------------------------------------- results of the own server


@pytest.mark.parametrize(
    ("words", "by"),
    [
        ("dmarc=pass (p=reject) header.from=example.com", "dmarc"),
        ("spf=fail smtp.mailfrom=x.net; dkim=pass header.d=example.com header.s=a", "dkim"),
        ("dkim=pass header.i=@mail.example.com", "dkim"),
        ("dkim=none; spf=pass smtp.mailfrom=bounce@example.com", "spf"),
        ("auth=pass smtp.auth=li.na@example.com", "auth"),
        ('auth=pass smtp.auth="li.na" smtp.mailfrom=li.na@example.com', "auth"),
        ("dkim/1=pass reason=good header.d=EXAMPLE.com", "dkim"),
    ],
)
def test_a_verdict_of_the_own_server_for_the_senders_domain_vouches(words: str, by: str) -> None:
    """RFC 8601: one pass that is aligned with From is enough."""
    assert judged(mail(results(words), RECEIVED), SERVER) == Authenticity(standing=Standing.AUTHENTIC, by=by)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=a@evil.example", "not_aligned"),
        ("dkim=pass header.d=com", "not_aligned"),
        ("dkim=pass header.d=badexample.com", "not_aligned"),
        ("dkim=fail header.d=example.com; spf=softfail smtp.mailfrom=example.com", "nothing_passed"),
        ("spf=pass smtp.helo=example.com", "nothing_passed"),
        ("none", "nothing_passed"),
        ("auth=pass smtp.auth=somebody@example.com", "nothing_passed"),
        ("dmarc=pass header.from=evil.example", "nothing_passed"),
        ("x=y (dmarc=pass header.from=example.com)", "nothing_passed"),
        ('x="; dmarc=pass header.from=example.com"', "nothing_passed"),
        ("dkim=temperror header.d=example.com", "nothing_passed"),
        ('spf=pass smtp.mailfrom="li.na@example.com"@evil.example', "not_aligned"),
        ('spf=pass smtp.mailfrom="li na@example.com"@evil.example', "not_aligned"),
        (r'spf=pass smtp.mailfrom="\"li.na@example.com\"@evil.example"', "not_aligned"),
        ('spf=pass smtp.mailfrom=li.na@example.com"@evil.example', "nothing_passed"),
        ('dkim=pass header.i="li.na@example.com"@evil.example', "not_aligned"),
        ('auth=pass smtp.auth="li.na@example.com"@evil.example', "nothing_passed"),
        ('spf=pass reason="for smtp.mailfrom=example.com" smtp.mailfrom=evil.example', "not_aligned"),
        ("spf=pass x.smtp.mailfrom=example.com", "nothing_passed"),
    ],
)
def test_what_passed_for_somebody_else_vouches_for_nobody(words: str, why: str) -> None:
    """Anybody can sign for a domain of their own."""
    found = judged(mail(results(words), RECEIVED), SERVER)
    assert found.standing is Standing.UNPROVEN
    assert found.why[0].partition(":")[0] == why


def test_a_mail_that_its_domain_disowns_is_forged() -> None:
    """DMARC that fails outweighs a pass beside it."""
    words = "dkim=pass header.d=example.com; dmarc=fail (p=none) header.from=example.com"
    assert judged(mail(results(words), RECEIVED), SERVER).standing is Standing.FORGED


PASS = "dmarc=pass header.from=example.com"  # noqa: S105 - a verdict, no password


@pytest.mark.parametrize(
    "above",
    [
        (results(PASS, "mx.evil.example"), RECEIVED),
        (results(PASS, "mx.example.com.evil.example"), RECEIVED),
        (RECEIVED, RECEIVED, results(PASS)),
        (results("none"), RECEIVED, results(PASS)),
        (results("dmarc=none"), results(PASS)),
        (f"X-Authentication-Results: {OURS}; {PASS}", RECEIVED),
        (f"Authentication-Results: ({OURS}) evil; {PASS}", RECEIVED),
        (f"Authentication-Results-Original: {OURS}; {PASS}",),
    ],
)
def test_a_verdict_that_the_own_server_did_not_write_vouches_for_nothing(above: tuple[str, ...]) -> None:
    """A foreign id, a place where our servers do not write, a second instance below the first: forged."""
    assert judged(mail(*above), SERVER).is_doubtful


def test_how_deep_the_own_results_stand_is_configured() -> None:
    """Servers behind the border add Received fields above its results."""
    raw = mail(RECEIVED, RECEIVED, results(PASS), RECEIVED)
    assert not judged(raw, Trust(server=OURS, hops=2)).is_doubtful
    low = judged(raw, SERVER)
    assert low.why == (f"results_too_low: {OURS}",)


def test_exchange_online_writes_no_id() -> None:
    """Its results begin with a verdict; they count only where the house says so."""
    raw = mail(f"Authentication-Results: spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=example.com; {PASS}")
    assert judged(raw, Trust(server=NO_ID)).by == "dmarc"
    assert judged(raw, SERVER).is_doubtful


def test_two_senders_are_never_authentic() -> None:
    """What is vouched for is one From; a forger hides behind the second."""
    raw = mail(results(PASS), "From: boss@example.com", RECEIVED)
    assert judged(raw, SERVER).why == ("several_senders",)


# ---------------------------------------------------------------------- Exchange


@pytest.mark.parametrize(
    ("marks", "authentic"),
    [(("Internal",), True), (("Anonymous",), False), (("Internal", "Internal"), False), ((), False)],
)
def test_exchange_marks_its_own_users(marks: tuple[str, ...], *, authentic: bool) -> None:
    """The mark counts once, and only where the house trusts it: elsewhere anybody can write it."""
    raw = mail(*(f"X-MS-Exchange-Organization-AuthAs: {mark}" for mark in marks))
    assert judged(raw, Trust(exchange=True)).is_doubtful is not authentic
    assert judged(raw, SERVER).is_doubtful


# ---------------------------------------------------------------------- signatures that we check

KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - quick to make
PEM = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption(),
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)
RECORD = b"v=DKIM1; k=rsa; p=" + PUBLIC
DNS = {f"s._domainkey.{name}": RECORD for name in ("example.com", "evil.example", "lists.example")}
CHECKS = Trust(dkim=True)


def signed(raw: bytes, domain: bytes = b"example.com", *, length: bool = False) -> bytes:
    """Sign a mail as its server does."""
    return (
        bytes(dkim.sign(raw, b"s", domain, PEM, length=length, canonicalize=(b"relaxed", b"relaxed"))) + raw
    )


def test_a_signature_of_the_senders_domain_vouches() -> None:
    """A key that DNS publishes for the domain, the whole body, and From are covered."""
    assert judged(signed(a_mail()), CHECKS, DNS).by == "own_dkim"


@pytest.mark.parametrize(
    ("raw", "answers", "why"),
    [
        (a_mail(), DNS, "no_signature"),
        (signed(a_mail(), b"evil.example"), DNS, "no_signature"),
        (signed(a_mail(), length=True), DNS, "weak_signature: example.com"),
        (signed(a_mail()).replace(b"Subject:", b"Subject: x"), DNS, "bad_signature: example.com"),
        (signed(a_mail(text="hello\n")).replace(b"hello", b"hallo"), DNS, "bad_signature: example.com"),
        (signed(a_mail()), {}, "bad_signature: example.com"),
        (signed(a_mail()), {"s._domainkey.example.com": b"v=DKIM1; p="}, "bad_signature: example.com"),
        (signed(a_mail()), None, "dns_away: example.com"),
        (b"DKIM-Signature: v=1; d=example.com\r\n" + a_mail(), DNS, "weak_signature: example.com"),
        (b"DKIM-Signature: ;;;=\r\n" + a_mail(), DNS, "no_signature"),
    ],
)
def test_what_does_not_hold_vouches_for_nothing(
    raw: bytes, answers: dict[str, bytes] | None, why: str
) -> None:
    """Foreign, partial, broken and unverifiable signatures are told apart."""
    found = judged(raw, CHECKS, answers)
    assert found.is_doubtful
    assert found.why == (why,)


def sealed(raw: bytes, results_of_first: str, domain: bytes = b"lists.example") -> bytes:
    """Seal a mail as a forwarder does (RFC 8617)."""
    seen = f"Authentication-Results: lists.example; {results_of_first}\r\n".encode() + raw
    headers = dkim.arc_sign(seen, b"s", domain, PEM, b"lists.example")
    return b"".join(headers) + raw


SEEN = "dkim=pass header.d=example.com; dmarc=pass header.from=example.com"


def test_a_trusted_forwarder_saw_who_sent_it() -> None:
    """Forwarding breaks SPF and DKIM; the seal says what the forwarder saw before."""
    trust = Trust(dkim=True, sealers=frozenset({"lists.example"}))
    raw = sealed(a_mail(), SEEN)
    assert judged(raw, trust, DNS).by == "arc"
    assert judged(raw, Trust(dkim=True, sealers=frozenset({"other.example"})), DNS).is_doubtful
    assert judged(raw.replace(b"Subject:", b"Subject: Re:"), trust, DNS).why[-1] == "bad_seal"
    assert judged(sealed(a_mail(), "dkim=pass header.d=evil.example"), trust, DNS).is_doubtful


ARC = (
    "ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none; d=lists.example; s=s; b=AAAA",
    f"ARC-Authentication-Results: i=1; lists.example; {SEEN}",
)


@pytest.mark.parametrize(
    ("said", "sealers", "by"),
    [
        ("arc=pass", {"lists.example"}, "arc"),
        ("arc=pass; dmarc=fail header.from=example.com", {"lists.example"}, "arc"),
        ("arc=fail", {"lists.example"}, ""),
        ("arc=none", {"lists.example"}, ""),
        ("arc=pass", {"other.example"}, ""),
        ("arc=pass", set[str](), ""),
    ],
)
def test_the_own_server_may_have_checked_the_seals(said: str, sealers: set[str], by: str) -> None:
    """Then its verdict on the chain counts, for forwarders that the house trusts."""
    trust = Trust(server=OURS, sealers=frozenset(sealers))
    assert judged(mail(results(said), RECEIVED, *ARC), trust).by == by


def test_one_strange_seal_among_trusted_ones_is_too_many() -> None:
    """Whoever held the mail in between could have changed it."""
    trust = Trust(server=OURS, sealers=frozenset({"lists.example"}))
    strange = "ARC-Seal: i=2; a=rsa-sha256; t=1; cv=pass; d=evil.example; s=s; b=AAAA"
    assert judged(mail(results("arc=pass"), RECEIVED, strange, *ARC), trust).is_doubtful


# ---------------------------------------------------------------------- in general


@pytest.mark.parametrize(
    ("found", "sender", "speaks"),
    [
        ("example.com", "example.com", True),
        ("mail.example.com", "example.com", True),
        ("example.com", "hr.example.com", True),
        ("Example.COM.", "example.com", True),
        ("a.example.com", "b.example.com", False),
        ("com", "example.com", False),
        ("notexample.com", "example.com", False),
        ("", "example.com", False),
        ("", "", False),
    ],
)
def test_alignment(found: str, sender: str, *, speaks: bool) -> None:
    """A domain speaks for itself, for what is below it and what is above it, never for a neighbour."""
    assert aligned(found, sender) is speaks


def test_every_reason_is_told_in_both_languages() -> None:
    """Whoever reviews the mail reads why, with the domain that is meant."""
    for code, words in {**REASONS, **VOUCHERS}.items():
        assert words.zh, code
        assert words.en, code
    said = told(Authenticity(standing=Standing.UNPROVEN, why=("not_aligned: evil.example", "no_signature")))
    assert "evil.example" in said.zh
    assert "evil.example" in said.en
    assert "{" not in said.zh + said.en


@given(st.text(max_size=300))
def test_results_are_read_whatever_they_are(value: str) -> None:
    """A sender writes anything into a header; reading it never raises."""
    assert len(read_results(value).results) <= 60


@given(block=st.binary(max_size=400), whole=st.booleans())
def test_no_mail_makes_the_check_raise(block: bytes, *, whole: bool) -> None:
    """Headers of any bytes are judged, and none of these vouch."""
    raw = b"DKIM-Signature: " + block + b"\r\nARC-Seal: " + block + b"\r\n" + a_mail(text="x\n")
    trust = Trust(server=OURS, exchange=True, dkim=True, sealers=frozenset({"lists.example"}))
    headers = read_headers(split(raw)[0], STANDARD)
    found = authenticity(
        raw, headers, Address("li.na@example.com"), trust=trust, whole=whole, lookup=lambda _: None
    )
    assert found.is_doubtful
