"""What a house that trusts our test authority says of a signed PDF."""

from dataclasses import replace

from agent.domain.signatures import Verdict
from parsers.digital.pdf import judge
from tests import certificates as pki
from tests.word_files import known

HOUSE = replace(known(), roots=(pki.root().der,))


def verdict(content: bytes, field: str = "sig.head") -> Verdict | None:
    """Return the verdict on one field, None when it carries no signature any more."""
    found = judge(content, HOUSE).by_field.get(field)
    return found.verdict if found is not None else None
