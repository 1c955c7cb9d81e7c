"""How `formclerk doctor` tries a mailbox: as the daemon would use it, short of sending."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from agent.domain.errors import FormclerkError, WillNotWork
from agent.domain.mail import MessageId
from agent.domain.words import Words
from agent.findings import Finding, wrong


class Tried(Protocol):
    """The part of a mailbox that every trial needs."""

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        ...

    def close(self) -> None:
        """See `Mailbox`."""
        ...


T = TypeVar("T", bound=Tried)


def tried(opens: Callable[[], T], judge: Callable[[T], Iterator[Finding]], *, do: Words) -> Iterator[Finding]:
    """Open a mailbox, look for a mail that is not there, and judge what else it tells of itself.

    Args:
        opens: opens it; raises `WillNotWork` for settings that cannot be used.
        judge: yields the findings where it answers; raises `FormclerkError` where it does not.
        do: what a person looks at when it does not.
    """
    try:
        mailbox = opens()
    except WillNotWork as error:
        yield wrong("mailbox", Words(zh=f"邮箱无法使用：{error}", en=str(error)), do)
        return
    try:
        # A look-up that finds nothing proves address, login and folders.
        mailbox.find_sent(MessageId("<doctor@formclerk.invalid>"))
        found = tuple(judge(mailbox))
    except FormclerkError as error:
        say = Words(zh=f"邮箱不可用：{error}", en=f"the mailbox does not answer: {error}")
        found = (wrong("mailbox", say, do),)
    finally:
        mailbox.close()
    yield from found
