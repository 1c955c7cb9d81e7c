"""The clerk's letters as whoever gets them reads them: each parsed once, its headers understood once."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy, default
from functools import lru_cache
from typing import Any

_LOOKED_AT = ("Message-ID", "Subject", "To", "X-Formclerk-Case")


@lru_cache(maxsize=4096)
def _understood(name: str, value: str) -> Any:  # noqa: ANN401 - a header of any kind
    return default.header_fetch_parse(name, value)


class _Remembering(EmailPolicy):
    """The default policy, which would understand a header anew each time that it is asked for."""

    def header_fetch_parse(self, name: str, value: str) -> Any:  # noqa: ANN401 - likewise
        """See `EmailPolicy`."""
        return _understood(name, value)


_POLICY = _Remembering()


@lru_cache(maxsize=4)
def parsed(content: bytes) -> EmailMessage:
    """Return a letter, which the ledger and its readers look at one after the other."""
    mail = BytesParser(policy=_POLICY).parsebytes(content)
    assert isinstance(mail, EmailMessage)
    return mail


def head_of(letter: EmailMessage) -> EmailMessage:
    """Return what somebody who answers a letter needs of it; months of attachments would fill the memory."""
    head = EmailMessage(policy=_POLICY)
    for name in _LOOKED_AT:
        if letter[name] is not None:
            head[name] = str(letter[name])
    return head
