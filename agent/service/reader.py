"""Mails and documents are read in a child process, a call per document, so that none harms another or us."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from agent.domain.forms import Form
from agent.domain.mail import Address, Attachment, InboundMail
from agent.domain.people import Directory
from agent.domain.reading import Reading
from parsers.isolation import Isolated, Kept
from parsers.known import Known
from parsers.limits import Limits

_MAIL = "agent.service.reader:mail"
_DOCUMENT = "parsers.reading:read_document"


class Reader:
    """Reads whole mails; a worker that died is replaced at the next call."""

    def __init__(self, *, own: frozenset[Address], secret: bytes, limits: Limits) -> None:
        self._own = own
        self._secret = secret
        self._limits = limits
        self._child = Isolated(limits)
        self._last: Known | None = None
        self._kept = Kept(None)

    def read(
        self, raw: bytes, *, size: int, forms: Mapping[str, Form], directory: Directory, today: date
    ) -> tuple[InboundMail, tuple[Reading, ...]]:
        """Return the mail and a reading of each document that came with it.

        Args:
            raw: the mail, or its beginning.
            size: bytes of the whole mail.
            forms: the forms that may come back.
            directory: who works here.
            today: the day that a date without a year is near.

        Raises:
            Died: the reader of the mail or of one document gave no value.
        """
        found = cast("InboundMail", self._child.call(_MAIL, raw, self._own, self._limits, size))
        known = self._known(forms, directory, today)
        readings: list[Reading] = []
        for attached in found.attachments:
            if _is_document(attached):
                of_one = self._child.call(_DOCUMENT, attached.content, attached.name, known)
                readings.extend(cast("tuple[Reading, ...]", of_one))
        return found, tuple(readings)

    def warm(self) -> None:
        """Start the child now, so that the first mail need not wait for it."""
        self._child.warm()

    def close(self) -> None:
        """End the child."""
        self._child.close()

    def _known(self, forms: Mapping[str, Form], directory: Directory, today: date) -> Kept:
        """Return what readers must know; while it stays the same, it travels to the child once."""
        last = self._last
        if (
            last is None
            or (last.forms is not forms or last.directory is not directory)
            or last.today != today
        ):
            last = Known(
                forms=forms, directory=directory, secret=self._secret, today=today, limits=self._limits
            )
            self._last, self._kept = last, Kept(last)
        return self._kept


def mail(raw: bytes, own: frozenset[Address], limits: Limits, size: int) -> InboundMail:
    """Read one mail; what the child runs."""
    from parsers.message import read_mail  # noqa: PLC0415 - the child needs it, the clerk does not

    return read_mail(raw, own=own, limits=limits, size=size)


def _is_document(attached: Attachment) -> bool:
    """Say whether somebody sent this file on purpose: pictures inside the text are logos and signatures."""
    return not (attached.cid and attached.media_type.startswith("image/"))
