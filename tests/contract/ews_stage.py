"""A mailbox on the Exchange stand-in, with everything that may be set differently."""

from datetime import timedelta

from agent.domain.mail import Address, MessageId
from agent.mailbox.exchange.mailbox import EwsMailbox
from agent.mailbox.exchange.settings import EwsSettings, Proof
from agent.mailbox.port import SIZE_LIMIT, Shelf
from agent.mailbox.settings import Password
from tests.servers.ews_store import BEGAN
from tests.servers.ews_world import EwsWorld

LETTER_ID = MessageId("<due.XT-2026-0001.1@example.com>")
SENDER = Address("clerk@example.com")
WANG = Address("wang@elsewhere.example")
LETTER = (
    b"Message-ID: <due.XT-2026-0001.1@example.com>\r\nFrom: clerk@example.com\r\n"
    b"To: wang@elsewhere.example\r\nSubject: letter\r\n\r\nhello\r\n"
)
PASSWORD = "长密码 with spaces"  # noqa: S105 - of the stand-in


class EwsStage:
    """See `Stage`."""

    def __init__(self, server: EwsWorld, address: str = "clerk@example.com") -> None:
        self.server = server
        self.post = server.post(address, PASSWORD)

    def settings(self, **changes: object) -> EwsSettings:
        """Return settings that work, with some changed."""
        usual: dict[str, object] = {
            "endpoint": self.server.endpoint,
            "mailbox": Address(self.post.address),
            "login": Password(user=self.post.address, secret=PASSWORD),
            "proof": Proof.BASIC,
            "timeout": timedelta(seconds=10),
            "last_word": timedelta(seconds=10),
        }
        return EwsSettings(**{**usual, **changes})  # type: ignore[arg-type]

    def mailbox(self, *, limit: int = SIZE_LIMIT, **changes: object) -> EwsMailbox:
        """See `Stage`."""
        return EwsMailbox(self.settings(limit=limit, **changes))

    def drop(self, number: int, content: bytes) -> None:
        """See `Stage`."""
        self.post.put(content, received=BEGAN + timedelta(minutes=number))

    def on_shelf(self, shelf: Shelf) -> list[bytes]:
        """See `Stage`."""
        return self.lying_in(shelf.value)

    def sent(self) -> list[bytes]:
        """See `Stage`."""
        return self.lying_in("sentitems")

    def lying_in(self, folder: str) -> list[bytes]:
        """Return the mails of a folder, none when it does not exist."""
        found = self.post.named(folder)
        return [each.mime for each in reversed(self.post.lying_in(found))] if found is not None else []
