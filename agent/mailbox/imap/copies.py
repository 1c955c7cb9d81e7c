"""What has left, put among the sent mail beside the work: the next letter does not wait for the copy."""

import logging
import re
from collections.abc import Sequence
from queue import Full, Queue
from threading import Lock, Thread

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import MessageId
from agent.mailbox.imap.folders import ImapFolders
from agent.mailbox.imap.session import ImapSession

log = logging.getLogger(__name__)

_WAITING = 8
"""Copies that may wait; the letter after them waits with them."""
_LEAVE_SECONDS = 10.0
"""How long closing waits for the last copies."""
_TRIES = 2
_LINE_END = re.compile(rb"\r\n|\r|\n")


class ImapCopies:
    """A thread and a connection of its own, from the first letter on.

    A copy that cannot be put there is given up with a line in the log: the letter has left, and nothing may
    say otherwise.
    """

    def __init__(self, session: ImapSession, folders: ImapFolders) -> None:
        """Start nothing yet; nobody else speaks in `session`."""
        self._session = session
        self._folders = folders
        self._waiting: Queue[tuple[MessageId, bytes] | None] = Queue(_WAITING)
        self._thread: Thread | None = None
        self._lock = Lock()

    def keep(self, message_id: MessageId, content: bytes) -> None:
        """Have a copy put among the sent mail, soon."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._work, name="copies", daemon=True)
                self._thread.start()
        self._waiting.put((message_id, content))

    def settle(self) -> None:
        """Return when every copy is there, or was given up."""
        self._waiting.join()

    def close(self) -> None:
        """Put the last copies there, for as long as that is worth waiting for, and log out."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            try:
                self._waiting.put(None, timeout=_LEAVE_SECONDS)
                thread.join(_LEAVE_SECONDS)
            except Full:
                log.warning("the last letters were not kept", extra={"action": "sent_not_kept"})
        self._session.close()

    def _work(self) -> None:
        more = True
        while more:
            few = [self._waiting.get()]
            while None not in few and len(few) < _WAITING and not self._waiting.empty():
                few.append(self._waiting.get_nowait())
            more = None not in few
            try:
                self._put_few([each for each in few if each is not None])
            finally:
                for _ in few:
                    self._waiting.task_done()

    def _put_few(self, letters: Sequence[tuple[MessageId, bytes]]) -> None:
        if len(letters) > 1 and self._is_put_together([content for _, content in letters]):
            return
        for letter in letters:
            self._put(*letter)

    def _is_put_together(self, contents: Sequence[bytes]) -> bool:
        """Put mails there by one command where the server takes that (RFC 3502): all of them, or none."""
        try:
            with self._session.speaking("keeping sent mails") as client:
                if not client.has_capability("MULTIAPPEND"):
                    return False
                mails = [{"msg": _LINE_END.sub(b"\r\n", each), "flags": (SEEN,)} for each in contents]
                client.multiappend(self._folders.sent(client), mails)
        except Exception as error:  # noqa: BLE001 - then one by one, which tells the error of each
            log.debug("not kept together: %s", error, extra={"action": "sent_not_kept"})
            return False
        return True

    def _put(self, message_id: MessageId, content: bytes) -> None:
        trouble: Exception | None = None
        for _ in range(_TRIES):
            try:
                with self._session.speaking("keeping a sent mail") as client:
                    self._append(client, self._folders.sent(client), content)
            except (TryLater, WillNotWork) as error:
                trouble = error
            except Exception as error:
                log.exception("%s was not kept", message_id, extra={"action": "sent_not_kept"})
                trouble = error
                break
            else:
                return
        log.warning("%s left but was not kept: %s", message_id, trouble, extra={"action": "sent_not_kept"})

    def _append(self, client: IMAPClient, folder: str, content: bytes) -> None:
        """Put a mail into `folder`, which is made only when the server will not take the mail without."""
        try:
            client.append(folder, content, flags=(SEEN,))
        except IMAPClientAbortError:
            raise
        except IMAPClientError:  # TRYCREATE, which not all servers say (RFC 3501, 6.3.11)
            if client.folder_exists(folder):
                raise
            self._folders.make(client, folder)
            client.append(folder, content, flags=(SEEN,))
