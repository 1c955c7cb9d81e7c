"""Who vouches for the From of a mail: the house's own server, a signature, a trusted forwarder, Exchange.

Every one of these is a header that a sender can write as well.  So each is believed only as far as ADR 0026
says: results of the configured server in the one place where it writes them, signatures that hold for the
sender's domain, seals of configured forwarders, and Exchange's mark where Exchange itself keeps the mailbox.
"""

import re
from collections.abc import Iterator

from agent.domain.authenticity import UNCHECKED, Authenticity, Standing
from agent.domain.mail import Address
from parsers.mail import sender_dkim
from parsers.mail.headers import Headers
from parsers.mail.sender_dkim import Held, dkim_holds, seals_hold
from parsers.mail.sender_domains import aligned, domain_of
from parsers.mail.sender_results import Result, Results, read_results
from parsers.mail.sender_trust import LookUp, Trust

_MARK = "x-ms-exchange-organization-authas"
_MOST_SEALS = 5
_SEALED_BY = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]{1,255})")
_SEAL_NUMBER = re.compile(r"(?:^|;)\s*i\s*=\s*(\d{1,3})\s*(?:;|$)")
_MOST_BYTES = 30 * 1024 * 1024
"""Above it a signature is not checked: hashing a larger mail takes seconds."""


def authenticity(  # noqa: PLR0913 - the mail, what was read of it, and whom the house trusts
    raw: bytes,
    headers: Headers,
    sender: Address,
    *,
    trust: Trust,
    own: frozenset[Address] = frozenset(),
    whole: bool = True,
    lookup: LookUp = sender_dkim.dns_text,
) -> Authenticity:
    """Return what vouches for `sender`, or why nothing does; never raises.

    Args:
        raw: the mail.
        headers: its headers.
        sender: the address in its From.
        trust: whose word counts in this house.
        own: the clerk's addresses: a bare login name is one of their domains.
        whole: `raw` is all of the mail.
        lookup: asks DNS, where `trust.dkim` says so.
    """
    if not trust.checks:
        return UNCHECKED
    if len(headers.raw("from")) != 1 or len({one for _, one in headers.mailboxes("from")}) != 1:
        return Authenticity(standing=Standing.UNPROVEN, why=("several_senders",))
    domain = domain_of(sender)
    why: list[str] = []
    if trust.exchange:
        if _is_internal(headers):
            return _by("exchange")
        why.append("not_internal")
    results = _server_results(headers, trust, why)
    if results is not None and (by := _vouched(results, sender, domain, own)):
        return _by(by)
    if trust.dkim and (by := _signed(raw, domain, why, lookup=lookup, whole=whole)):
        return _by(by)
    if trust.sealers and _sealed(raw, headers, domain, trust, results, why, lookup=lookup, whole=whole):
        return _by("arc")
    standing = Standing.UNPROVEN
    if results is not None:
        if any(each.result == "fail" for each in results.of("dmarc")):
            standing = Standing.FORGED
            why.insert(0, f"dmarc_failed: {domain}")
        else:
            why.extend(_passed_for_others(results, domain))
    return Authenticity(standing=standing, why=tuple(dict.fromkeys(why)))


def _by(name: str) -> Authenticity:
    return Authenticity(standing=Standing.AUTHENTIC, by=name)


# ---------------------------------------------------------------------- Exchange


def _is_internal(headers: Headers) -> bool:
    """Say whether Exchange took the mail from one of its own users; twice the mark is once too often."""
    marks = headers.all(_MARK)
    return len(marks) == 1 and marks[0].strip().casefold() == "internal"


# ---------------------------------------------------------------------- results of the house's own server


def _server_results(headers: Headers, trust: Trust, why: list[str]) -> Results | None:
    """Return the topmost results in the name of the house's server, if they stand where it writes.

    Every server writes above what it received: below more Received fields than the house's own servers add,
    the same words are the sender's (RFC 8601, 5 and 7.1).
    """
    if not trust.server:
        return None
    above = 0
    for name, value in headers.fields:
        if name == "received":
            above += 1
        elif name == "authentication-results":
            found = read_results(value.decode("utf-8", "replace"))
            if found.server != trust.server:
                continue
            if above <= trust.hops:
                return found
            why.append(f"results_too_low: {trust.server}")
            return None
    why.append(f"no_results: {trust.server}")
    return None


def _vouched(results: Results, sender: Address, domain: str, own: frozenset[Address]) -> str:
    """Return which of a server's verdicts vouches for the sender; a DMARC verdict outweighs the others."""
    dmarc = [each for each in results.of("dmarc") if _is_about(each, domain)]
    if any(each.result == "fail" for each in results.of("dmarc")):
        return ""
    if any(each.passed for each in dmarc):
        return "dmarc"
    if any(each.passed and _is_login_of(each, sender, own) for each in results.of("auth")):
        return "auth"
    for method, names in (("dkim", ("header.d", "header.i")), ("spf", ("smtp.mailfrom",))):
        for each in results.of(method):
            speaks = next((each.properties[name] for name in names if name in each.properties), "")
            if each.passed and aligned(domain_of(speaks), domain):
                return method
    return ""


def _is_about(result: Result, domain: str) -> bool:
    return domain_of(result.properties.get("header.from", domain)) == domain


def _is_login_of(result: Result, sender: Address, own: frozenset[Address]) -> bool:
    """Say whether somebody was logged in as the sender (RFC 8601, 2.7.4)."""
    login = result.properties.get("smtp.auth", "")
    if "@" in login:
        return login == sender
    local, _, domain = sender.rpartition("@")
    return bool(login) and login == local and domain in {domain_of(each) for each in own}


def _passed_for_others(results: Results, domain: str) -> Iterator[str]:
    passed = [each for method in ("dkim", "spf") for each in results.of(method) if each.passed]
    of = (
        domain_of(each.properties.get(name, ""))
        for each in passed
        for name in ("header.d", "header.i", "smtp.mailfrom")
    )
    found = next((each for each in of if each and not aligned(each, domain)), "")
    yield f"not_aligned: {found}" if found else "nothing_passed"


# ---------------------------------------------------------------------- signatures and seals


def _signed(raw: bytes, domain: str, why: list[str], *, lookup: LookUp, whole: bool) -> str:
    if not whole or len(raw) > _MOST_BYTES:
        why.append("cut")
        return ""
    held, of = dkim_holds(raw, domain, lookup)
    if held is Held.YES:
        return "own_dkim"
    why.append(f"{held.value}: {of}" if of else held.value)
    return ""


def _sealed(  # noqa: PLR0913 - as above
    raw: bytes,
    headers: Headers,
    domain: str,
    trust: Trust,
    results: Results | None,
    why: list[str],
    *,
    lookup: LookUp,
    whole: bool,
) -> bool:
    """Say whether forwarders that are all trusted saw it come from the sender's domain (RFC 8617, 7.2)."""
    seals = headers.all("arc-seal")
    if not seals:
        return False
    sealers = [found[1].casefold() if (found := _SEALED_BY.search(seal)) else "" for seal in seals]
    numbers = {found[1] for seal in seals if (found := _SEAL_NUMBER.search(seal))}
    stranger = next((each for each in sealers if each not in trust.sealers), None)
    if stranger is not None or len(seals) > _MOST_SEALS or len(numbers) != len(seals):
        why.append(f"unknown_sealer: {stranger or ''}")
        return False
    said_so = results is not None and any(each.passed for each in results.of("arc"))
    checked = trust.dkim and whole and len(raw) <= _MOST_BYTES
    if not said_so and not (checked and seals_hold(raw, lookup)):
        why.append("bad_seal")
        return False
    seen = [read_results(value) for value in headers.all("arc-authentication-results")]
    first = [each for each in seen if each.instance == 1]
    return len(first) == 1 and _vouched(first[0], Address(""), domain, frozenset()) in {
        "dmarc",
        "dkim",
        "spf",
    }
