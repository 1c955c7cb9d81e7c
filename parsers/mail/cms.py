"""Mail inside a CMS envelope (S/MIME, RFC 8551): what is only signed or compressed is taken out.

Nothing is verified: who sent a mail is a question for `parsers.mail.sender`, and a mail's signature is no
signature on a form.  What is encrypted stays closed.
"""

import zlib

from parsers.limits import Limits

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_NAMES = ("smime.p7m", "smime.p7z")
_WRAPS = 5
"""Envelopes around one mail: triple wrapping is the most that RFC 2634 knows."""


def is_envelope(media_type: str, file_name: str) -> bool:
    """Say whether a part is a CMS envelope, also where a gateway has lost its type."""
    named = file_name.casefold()
    return media_type in TYPES or (media_type == "application/octet-stream" and named in _NAMES)


def opened(content: bytes, limits: Limits) -> bytes | None:
    """Return the mail part within an envelope; None when it is encrypted or is no envelope at all.

    Never raises, whatever the bytes are; at most `limits.file_bytes` come out.
    """
    if len(content) > limits.file_bytes:
        return None
    found = content
    for _ in range(_WRAPS):
        inner = _one(found, limits)
        if inner is None:
            return found if found is not content else None
        if not inner.startswith(b"\x30"):  # a mail begins with a header, another envelope with a SEQUENCE
            return inner
        found = inner
    return None


def _one(der: bytes, limits: Limits) -> bytes | None:
    from asn1crypto import cms  # noqa: PLC0415 - few mails need it

    try:
        outer = cms.ContentInfo.load(der)
        kind = outer["content_type"].native
        if kind not in {"signed_data", "compressed_data"}:
            return None
        inner = outer["content"]["encap_content_info"]["content"].native
        if not isinstance(inner, bytes):
            return None  # a detached signature signs what stands elsewhere
        if kind == "compressed_data":
            machine = zlib.decompressobj()
            inner = machine.decompress(inner, limits.file_bytes)
            if machine.unconsumed_tail:
                return None
        return inner if len(inner) <= limits.file_bytes else None
    except Exception:  # noqa: BLE001 asn1crypto raises many kinds on damaged bytes; each means: not opened
        return None
