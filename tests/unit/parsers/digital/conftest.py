"""Forms that people have signed, one for all tests of a file."""

import pytest

from tests import certificates as pki
from tests.signed_pdfs import form, sign


@pytest.fixture(scope="module")
def signed() -> bytes:
    """Return a form that 李娜 signed."""
    return sign(form(), pki.li_na())


@pytest.fixture(scope="module")
def countersigned(signed: bytes) -> bytes:
    """Return the same form, signed by 王芳 as well."""
    return sign(signed, pki.wang_fang(), field="sig.manager")
