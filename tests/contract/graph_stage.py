"""A mailbox in Exchange Online on a stage where tests can be the rest of the world."""

from dataclasses import replace
from datetime import timedelta

from agent.domain.mail import Address, MessageId
from agent.mailbox.graph.mailbox import GraphMailbox
from agent.mailbox.graph.settings import ClientSecret, Cloud, GraphSettings
from agent.mailbox.port import SIZE_LIMIT, Shelf
from tests.contract.mailboxes import BEGAN, new_user
from tests.servers.graph import GraphServer
from tests.servers.graph_signin import CLIENT, SECRET, TENANT
from tests.servers.graph_state import Account

LETTER_ID = MessageId("<due.XT-2026-0001.1@example.com>")
CLERK = Address("clerk@example.com")
WANG = Address("wang@elsewhere.example")
LETTER = (
    b"Message-ID: <due.XT-2026-0001.1@example.com>\r\nIn-Reply-To: <0@elsewhere.example>\r\n"
    b"From: clerk@example.com\r\nTo: wang@elsewhere.example\r\nSubject: due\r\n\r\nhello\r\n"
)


def send(mailbox: GraphMailbox, content: bytes = LETTER) -> None:
    """Send a letter to Wang."""
    mailbox.send(LETTER_ID, CLERK, (WANG,), content)


class GraphStage:
    """See `Stage`."""

    def __init__(self, server: GraphServer) -> None:
        self.server = server
        self.user = new_user()

    @property
    def account(self) -> Account:
        """Return the mailbox as the server knows it."""
        return self.server.exchange.account(self.user)

    def settings(self) -> GraphSettings:
        """Return settings that work."""
        assert self.account.address == self.user
        return GraphSettings(
            mailbox=Address(self.user),
            tenant=TENANT,
            client_id=CLIENT,
            credential=ClientSecret(secret=SECRET),
            cloud=Cloud(login=self.server.address, service=self.server.address),
            ca_file=self.server.certificate,
            poll=timedelta(seconds=0.2),
            timeout=timedelta(seconds=20),
            settling=timedelta(seconds=1),
        )

    def mailbox(self, *, limit: int = SIZE_LIMIT) -> GraphMailbox:
        """See `Stage`."""
        return GraphMailbox(replace(self.settings(), limit=limit))

    def drop(self, number: int, content: bytes) -> None:
        """See `Stage`."""
        self.server.exchange.deliver(self.user, content, BEGAN + timedelta(minutes=number))

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """See `Stage`."""
        found = self.account.folder_named(shelf.value)
        return [each.content for each in self.account.lying_in(found)] if found else []

    def sent(self) -> list[bytes]:
        """See `Stage`."""
        return [each.content for each in self.account.lying_in("ID-sentitems")]
