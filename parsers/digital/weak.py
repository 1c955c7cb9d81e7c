"""Algorithms that no longer prove anything (NIST SP 800-131A Rev. 2; ETSI TS 119 312)."""

from asn1crypto import keys

_WEAK_DIGESTS = frozenset({"md2", "md4", "md5", "sha1"})
_SHORTEST = {"rsa": 2048, "rsassa_pss": 2048, "dsa": 2048, "ec": 224}
"""Bits of the key, by its kind."""


def is_weak_digest(name: str) -> bool:
    """Say whether a hash, named as ASN.1 or XML tools do, can be forged."""
    return name.casefold().replace("-", "") in _WEAK_DIGESTS


def is_weak_key(key: keys.PublicKeyInfo) -> bool:
    """Say whether a public key is short enough to be broken."""
    shortest = _SHORTEST.get(key.algorithm)
    return shortest is not None and key.bit_size < shortest
