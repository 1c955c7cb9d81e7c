"""Sending by Microsoft Graph: a mail as it was written, once (ADR 0025)."""

import base64
import logging
import re
from collections.abc import Iterator
from email.utils import getaddresses
from typing import Any

from agent.domain.errors import FormclerkError, NotLetIn, TryLater, Unsure, WillNotWork
from agent.domain.mail import Address, MessageId, address
from agent.mailbox.graph.errors import Doubtful, Refused
from agent.mailbox.graph.folders import quoted
from agent.mailbox.graph.large import LooseFile, take_apart
from agent.mailbox.graph.session import GraphSession, Repeat
from agent.mailbox.graph.settings import GraphSettings
from agent.mailbox.heads import own

log = logging.getLogger(__name__)

WHOLE = 2_900_000
"""Bytes of a mail that fit into one request of 4 MB in base64."""
_BY_POST = 3_000_000
"""Bytes under which a file must be attached by one request; above, by an upload session."""
_CHUNK = 10 * 320 * 1024
"""Bytes of one range of an upload: under 4 MB, a multiple of 320 KiB."""
_PLAIN = re.compile(r"[\x21-\x2b\x2d-\x7e]+@[\x21-\x2b\x2d-\x7e]+")
_SEND = "Mail.Send"
_LOOKS = (0.5, 1.0, 2.0, 4.0, 8.0)
_CREATED, _ACCEPTED, _FORBIDDEN = 201, 202, 403


class GraphSender:
    """Sends, and says whether something was sent."""

    def __init__(self, session: GraphSession, settings: GraphSettings) -> None:
        """Send nothing yet."""
        self._session = session
        self._settling = settings.settling.total_seconds()

    def send(self, message_id: MessageId, recipients: tuple[Address, ...], content: bytes) -> None:
        """See `Mailbox.send`; never `PartlySent`, for Graph takes a mail for everybody or for nobody.

        To whom it goes, its header says; whom the header does not name gets a blind copy.  The last request
        is made once: whatever leaves it open whether the mail left is looked up among the sent mail.
        """
        content = addressed(message_id, recipients, content)
        if len(content) <= WHOLE:
            self._last_act(message_id, "/sendMail", base64.b64encode(content))
            return
        draft = self._draft(message_id, content)
        try:
            self._last_act(message_id, f"/messages/{draft}/send", None)
        except (TryLater, WillNotWork):
            self._discard(draft)
            raise

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        return any(True for _ in self._lying_in("sentitems", message_id))

    def _last_act(self, message_id: MessageId, path: str, body: bytes | None) -> None:
        """Make the request after which the mail has left.

        Only 202 says that it was accepted: a request that is too long is known to be answered with 200,
        and nothing leaves.
        """
        what = f"sending {message_id}"
        try:
            answer = self._session.call(what, "POST", path, body=body, repeat=Repeat.NEVER, needs=_SEND)
        except Doubtful as error:
            self._settle(message_id, str(error))
            return
        except Refused as error:
            if error.status == _FORBIDDEN:
                raise NotLetIn(*error.args) from error
            raise
        if answer.status != _ACCEPTED:
            self._settle(message_id, f"{what} was answered with {answer.status}")

    def _settle(self, message_id: MessageId, why: str) -> None:
        """Look for a mail that may have left until it is found or patience ends.

        Raises:
            Unsure: it was not found, which proves nothing yet.
        """
        waited = 0.0
        for pause in _LOOKS:
            pause_now = min(pause, self._settling - waited)
            if pause_now <= 0 or self._session.closed.wait(pause_now):
                break
            waited += pause_now
            try:
                if self.find_sent(message_id):
                    return
            except FormclerkError as error:
                log.info("%s cannot be looked up yet: %s", message_id, error, extra={"action": "settling"})
        raise Unsure(why)

    def _draft(self, message_id: MessageId, content: bytes) -> str:
        """Lay the mail out as a draft with all of its files; return the draft's id.  Nothing leaves here."""
        what = f"drafting {message_id}"
        apart = take_apart(content, WHOLE)
        if apart is None:
            raise WillNotWork(
                f"{what}: without its files it is still longer than Graph takes ({WHOLE} bytes)"
            )
        for left_over in list(self._lying_in("drafts", message_id)):
            self._discard(left_over)  # an earlier try died half-way; a person might send it by hand
        answer = self._session.call(
            what, "POST", "/messages", body=base64.b64encode(apart.mail), repeat=Repeat.REFUSED
        )
        made = answer.json(what)
        draft = str(made.get("id", ""))
        if answer.status != _CREATED or not draft:
            raise TryLater(f"{what} was answered with {answer.status} and no draft")
        try:
            self._name(what, draft, message_id, made.get("internetMessageId"))
            for file in apart.files:
                self._attach(what, draft, file)
        except FormclerkError:
            self._discard(draft)
            raise
        return draft

    def _name(self, what: str, draft: str, message_id: MessageId, has: object) -> None:
        """See to it that the draft has our Message-ID: by it we know later whether it left."""
        if has == message_id:
            return
        self._session.call(what, "PATCH", f"/messages/{draft}", body={"internetMessageId": message_id})
        said = self._session.get(what, f"/messages/{draft}", select="internetMessageId")
        if said.get("internetMessageId") != message_id:
            raise WillNotWork(
                f"{what}: Graph gives it another Message-ID, so that nobody could tell if it left"
            )

    def _attach(self, what: str, draft: str, file: LooseFile) -> None:
        if len(file.content) < _BY_POST:
            self._attach_at_once(what, draft, file)
            return
        item = {
            "attachmentType": "file",
            "name": file.name,
            "size": len(file.content),
            "contentType": file.media_type,
        }
        path = f"/messages/{draft}/attachments/createUploadSession"
        place = self._session.call(what, "POST", path, body={"AttachmentItem": item}).json(what)
        total = len(file.content)
        status = 0
        for start in range(0, total, _CHUNK):
            chunk = file.content[start : start + _CHUNK]
            answer = self._session.put(what, str(place.get("uploadUrl", "")), chunk, start=start, total=total)
            status = answer.status
        if status != _CREATED:
            raise TryLater(f"{what}: the upload of {len(file.content)} bytes ended with {status}")

    def _attach_at_once(self, what: str, draft: str, file: LooseFile) -> None:
        body = {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "name": file.name,
            "contentType": file.media_type,
            "contentBytes": base64.b64encode(file.content).decode("ascii"),
        }
        # Not repeated: a file must not be attached twice.
        self._session.call(what, "POST", f"/messages/{draft}/attachments", body=body, repeat=Repeat.REFUSED)

    def _discard(self, draft: str) -> None:
        """Throw a draft away; failing here loses nothing but tidiness."""
        try:
            self._session.call("discarding a draft", "DELETE", f"/messages/{draft}")
        except Refused as error:
            if not error.item_is_gone:
                log.warning("a draft stays behind: %s", error, extra={"action": "draft_left"})
        except FormclerkError as error:
            log.warning("a draft stays behind: %s", error, extra={"action": "draft_left"})

    def _lying_in(self, folder: str, message_id: MessageId) -> Iterator[str]:
        """Yield the ids of the mails of a folder that have exactly that Message-ID."""
        what = f"looking for {message_id}"
        path = f"/mailFolders/{folder}/messages"
        wanted = f"internetMessageId eq {quoted(message_id)}"
        said: Any = self._session.get(what, path, filter=wanted, select="id,internetMessageId")
        rows = said.get("value")
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("internetMessageId") == message_id:
                yield str(row.get("id", ""))


def addressed(message_id: MessageId, recipients: tuple[Address, ...], content: bytes) -> bytes:
    """Return a mail whose header names all of `recipients`, and nobody else.

    Raises:
        WillNotWork: there are none, one is no address, or the header names somebody who shall not get it.
    """
    if not recipients:
        raise WillNotWork(f"{message_id} is addressed to nobody")
    head = own(content)
    given = [str(value) for name in ("To", "Cc", "Bcc") for value in head.get_all(name, [])]
    named = {address(each) for _, each in getaddresses(given) if each}
    wanted = {address(each) for each in recipients}
    if others := named - wanted:
        raise WillNotWork(
            f"{message_id}: Graph sends to all whom the header names: {', '.join(sorted(others))}"
        )
    blind = sorted(wanted - named)
    if not all(_PLAIN.fullmatch(each) for each in blind):
        raise WillNotWork(f"{message_id}: a recipient is no mail address")
    return f"Bcc: {', '.join(blind)}\r\n".encode("ascii") + content if blind else content
