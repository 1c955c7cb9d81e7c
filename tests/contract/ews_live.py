"""A mailbox on a real Exchange server, for whoever has one: its address comes from the environment."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import policy
from email.parser import BytesHeaderParser
from typing import Any

import pytest
from exchangelib import Message
from exchangelib.folders import SHALLOW, FolderCollection

from agent.domain.mail import Address
from agent.mailbox.exchange.mailbox import EwsMailbox
from agent.mailbox.exchange.settings import EwsSettings, Proof
from agent.mailbox.exchange.wire import connect, disconnect
from agent.mailbox.port import SIZE_LIMIT, RawMail, Shelf
from agent.mailbox.settings import Password

_NEEDED = ("FORMCLERK_TEST_EWS_URL", "FORMCLERK_TEST_EWS_USER", "FORMCLERK_TEST_EWS_PASSWORD")


class LiveStage:
    """See `Stage`.  The mailbox must serve nothing else: its inbox and sent mail are emptied.

    Exchange writes every mail anew.  So that the tests can compare, a mail that was put there is handed out
    as it was put, by its Message-ID; what nobody put there (bounces) is left out.
    """

    def __init__(self, *letters: bytes) -> None:
        """Begin with an empty mailbox; `letters` are those that the test may send."""
        given = {name: os.environ.get(name, "") for name in _NEEDED}
        if missing := [name for name, value in given.items() if not value]:
            # Never a failure: nobody has such a server at hand, not even where every other must be there.
            pytest.skip(f"no Exchange server to try: {', '.join(missing)} not set (CONTRIBUTING.md)")
        url, user, secret = given.values()
        self._settings = EwsSettings(
            endpoint=url,
            mailbox=Address(os.environ.get("FORMCLERK_TEST_EWS_MAILBOX", "") or user),
            login=Password(user=user, secret=secret),
            proof=Proof(os.environ.get("FORMCLERK_TEST_EWS_LOGIN", "ntlm")),
            prefix=f"formclerk-test/{os.getpid()}-{time.monotonic_ns()}",
            timeout=timedelta(seconds=60),
        )
        self._known = {_message_id(each): each for each in letters}
        with self._account() as account:
            for folder in (account.inbox, account.sent):
                folder.all().delete()

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> EwsMailbox:
        """See `Stage`."""
        assert limit == SIZE_LIMIT, "Exchange decides itself how long a mail is"
        return _Recognising(self._settings, self._known)

    def drop(self, number: int, content: bytes) -> None:
        """See `Stage`; the moment of arrival is now."""
        del number
        self._known[_message_id(content)] = content
        with self._account() as account:
            Message(account=account, folder=account.inbox, mime_content=content).save()

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """See `Stage`."""
        with self._account() as account:
            folder = account.msg_folder_root
            for name in self._settings.levels(shelf):
                below = FolderCollection(account=account, folders=[folder]).find_folders(
                    depth=SHALLOW, additional_fields=set()
                )
                folder = next((each for each in below if each.name == name), None)
                if folder is None:
                    return []
            return self._in(folder)

    def sent(self) -> list[bytes]:
        """See `Stage`."""
        with self._account() as account:
            return self._in(account.sent)

    def _in(self, folder: Any) -> list[bytes]:  # noqa: ANN401 - the library has no types
        found = [each.message_id for each in folder.all().only("message_id")]
        return [self._known[each] for each in found if each in self._known]

    @contextmanager
    def _account(self) -> Iterator[Any]:
        account = connect(self._settings)
        try:
            yield account
        finally:
            disconnect(account)


class _Recognising(EwsMailbox):
    def __init__(self, settings: EwsSettings, known: dict[str, bytes]) -> None:
        super().__init__(settings)
        self._known = known

    def arrived(self) -> Iterator[RawMail]:
        for each in super().arrived():
            put = self._known.get(_message_id(each.content))
            if put is not None:
                yield RawMail(handle=each.handle, content=put, size=len(put))


def _message_id(mail: bytes) -> str:
    return str(BytesHeaderParser(policy=policy.compat32).parsebytes(mail).get("Message-ID", "")).strip()
