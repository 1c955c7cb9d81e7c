"""The promises of a mailbox, asked of a real one in Exchange Online: see CONTRIBUTING.md for what it needs.

Exchange writes every mail anew, so a mail counts as the one that was dropped when its Message-ID says so; the
promises about single bytes are asked of the stand-in alone.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from agent.domain.mail import MessageId, address
from agent.mailbox.graph.mailbox import GraphMailbox
from agent.mailbox.graph.session import GraphSession
from agent.mailbox.graph.settings import CLOUDS, ClientSecret, Cloud, GraphSettings
from agent.mailbox.graph.tokens import ClientTokens
from agent.mailbox.patience import Patience
from agent.mailbox.port import SIZE_LIMIT, RawMail, Shelf
from tests.contract import test_mailbox as promises
from tests.contract.mailboxes import BEGAN

_PREFIX = "FORMCLERK_TEST_GRAPH_"
_NEEDED = ("TENANT", "CLIENT_ID", "CLIENT_SECRET", "MAILBOX")

if missing := [_PREFIX + name for name in _NEEDED if _PREFIX + name not in os.environ]:
    # Nobody can have these everywhere, so nothing insists on them, not even FORMCLERK_REQUIRE_SERVERS.
    pytest.skip(
        f"no mailbox in Exchange Online to try: {', '.join(missing)} not set", allow_module_level=True
    )

test_looking_takes_nothing_away = promises.test_looking_takes_nothing_away
test_the_oldest_comes_first = promises.test_the_oldest_comes_first
test_the_same_mail_twice_is_two_mails = promises.test_the_same_mail_twice_is_two_mails
test_a_filed_mail_does_not_arrive_again = promises.test_a_filed_mail_does_not_arrive_again
test_filing_twice_is_filing_once = promises.test_filing_twice_is_filing_once
test_the_same_mail_may_lie_on_a_shelf_twice = promises.test_the_same_mail_may_lie_on_a_shelf_twice
test_mails_may_be_filed_while_looking = promises.test_mails_may_be_filed_while_looking
test_a_foreign_handle = promises.test_a_handle_of_no_mailbox_of_this_kind_will_not_work
test_a_letter_to_nobody_is_refused = promises.test_a_letter_to_nobody_is_refused
test_waiting_ends_when_a_mail_arrives = promises.test_waiting_ends_when_a_mail_arrives
test_news_is_told_once = promises.test_news_is_told_once
test_closing_ends_a_wait = promises.test_closing_ends_a_wait


class AsDropped(GraphMailbox):
    """Gives a mail out as it was dropped, when it has that mail's Message-ID."""

    def __init__(self, settings: GraphSettings, dropped: dict[str, bytes]) -> None:
        super().__init__(settings)
        self._dropped = dropped

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`."""
        for each in super().arrived():
            name = _read(each.content)["Message-ID"]
            yield replace(each, content=self._dropped.get(str(name).strip(), each.content), size=0)


class LiveStage:
    """See `Stage`: a mailbox of its own, whose inbox is emptied first."""

    def __init__(self, settings: GraphSettings) -> None:
        self.settings = replace(settings, prefix=f"formclerk test {secrets.token_hex(4)}")
        self._dropped: dict[str, bytes] = {}
        self._tokens = ClientTokens(settings)
        self._session = GraphSession(settings, self._tokens, Patience())
        for name in list(self._lying_in("inbox")):
            self._session.call("emptying the inbox", "DELETE", f"/messages/{name}")

    def close(self) -> None:
        """Let go of every connection."""
        self._session.close()
        self._tokens.close()

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> GraphMailbox:
        """See `Stage`."""
        return AsDropped(replace(self.settings, limit=limit), self._dropped)

    def drop(self, number: int, content: bytes) -> None:
        """See `Stage`; what is made through Graph is a draft unless its flags say that it was sent."""
        name = str(_read(content)["Message-ID"]).strip()
        self._dropped[name] = content
        body = {
            "internetMessageId": name,
            "subject": "mail",
            "body": {"contentType": "text", "content": "hello"},
            "singleValueExtendedProperties": [
                {"id": "Integer 0x0E07", "value": "1"},
                {
                    "id": "SystemTime 0x0E06",
                    "value": f"{BEGAN + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}",
                },
            ],
        }
        self._session.call("dropping a mail", "POST", "/mailFolders/inbox/messages", body=body)

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """See `Stage`."""
        above = self._folder("/mailFolders", self.settings.prefix)
        found = self._folder(f"/mailFolders/{above}/childFolders", shelf.value) if above else ""
        return [self._dropped[name] for name in self._lying_in(found, "internetMessageId")] if found else []

    def sent(self) -> list[bytes]:
        """See `Stage`; not asked here."""
        return []

    def _folder(self, place: str, name: str) -> str:
        said = self._session.get("finding a folder", place, filter=f"displayName eq '{name}'")
        return str(said["value"][0]["id"]) if said["value"] else ""

    def _lying_in(self, folder: str, what: str = "id") -> Iterator[str]:
        path = f"/mailFolders/{folder}/messages"
        for page in self._session.pages("looking", path, select=f"id,{what}", top="100"):
            yield from (str(row[what]) for row in page)


@pytest.fixture
def stage() -> Iterator[LiveStage]:
    """The mailbox that the environment names."""
    given = {name.removeprefix(_PREFIX): value for name, value in os.environ.items() if _PREFIX in name}
    usual = CLOUDS[given.get("CLOUD", "global")]
    cloud = Cloud(login=given.get("LOGIN", usual.login), service=given.get("SERVICE", usual.service))
    settings = GraphSettings(
        mailbox=address(given["MAILBOX"]),
        tenant=given["TENANT"],
        client_id=given["CLIENT_ID"],
        credential=ClientSecret(secret=given["CLIENT_SECRET"]),
        cloud=cloud,
        ca_file=Path(given["CA_FILE"]) if "CA_FILE" in given else None,
        poll=timedelta(seconds=2),
    )
    with closing(LiveStage(settings)) as live:
        yield live


@pytest.mark.parametrize("attached", [1_000, 3_600_000])
def test_a_letter_to_ourselves_keeps_what_we_rely_on(stage: LiveStage, attached: int) -> None:
    """Small and large: found among the sent mail in time, and it arrives with its names and headers."""
    me = stage.settings.mailbox
    letter = EmailMessage(policy=policy.SMTP)
    letter["Message-ID"] = name = f"<{secrets.token_hex(12)}@{me.partition('@')[2]}>"
    letter["In-Reply-To"] = letter["References"] = "<1@elsewhere.example>"
    letter["From"], letter["To"], letter["Subject"] = me, me, "需求确认函"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("请确认。\n")
    letter.add_attachment(b"x" * attached, maintype="application", subtype="pdf", filename="需求.pdf")
    with closing(stage.mailbox()) as mailbox:
        assert mailbox.sent_within is not None
        end = time.monotonic() + mailbox.sent_within.total_seconds()
        mailbox.send(MessageId(name), me, (me,), bytes(letter))
        while not mailbox.find_sent(MessageId(name)):
            assert time.monotonic() < end, "sent_within is too short"
            time.sleep(2)
        while not (found := [_read(each.content) for each in mailbox.arrived()]):
            assert time.monotonic() < end, "it did not arrive"
            mailbox.wait(10)
    (arrived,) = found
    for header in ("Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Subject"):
        assert arrived[header] == letter[header]
    (file,) = arrived.iter_attachments()
    assert (file.get_filename(), len(file.get_content())) == ("需求.pdf", attached)


def _read(content: bytes) -> EmailMessage:
    found = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(found, EmailMessage)
    return found
