"""What `formclerk doctor` looks at on an Exchange server: login, rights, folders; it changes nothing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.config_sections import Config
from agent.domain.words import Words
from agent.examination_mailbox import tried
from agent.findings import Finding, good, wrong

if TYPE_CHECKING:
    from agent.mailbox.exchange.mailbox import EwsMailbox

_LOOK = Words(
    zh="请核对 [mailbox.exchange] 的地址、登录名、密码与 login 方式；反复输错密码会锁定账号，改好后再试",
    en="compare [mailbox.exchange] with the server: endpoint, user, password, kind of login; an account is "
    "locked by those who try a wrong password again and again, so try when it is put right",
)
_GRANT = Words(
    zh='请 Exchange 管理员授权：Add-MailboxPermission -Identity "{mailbox}" -User "{user}" '
    "-AccessRights FullAccess",
    en='have an Exchange administrator grant it: Add-MailboxPermission -Identity "{mailbox}" -User "{user}" '
    "-AccessRights FullAccess",
)


def exchange(config: Config) -> Iterator[Finding]:
    """Check the mailbox of `[mailbox.exchange]`."""
    from agent.accounts import exchange_mailbox  # noqa: PLC0415 - only this check pays for it

    yield from tried(lambda: exchange_mailbox(config), _judged, do=_LOOK)


def _judged(mailbox: "EwsMailbox") -> Iterator[Finding]:
    standing = mailbox.standing()
    settings = mailbox.settings
    grant = Words(
        zh=_GRANT.zh.format(mailbox=settings.mailbox, user=settings.login.user),
        en=_GRANT.en.format(mailbox=settings.mailbox, user=settings.login.user),
    )
    yield good(
        "mailbox",
        Words(
            zh=f"已登录 {settings.host} 的 {settings.mailbox}（收件箱 {standing.waiting} 封）",
            en=f"{settings.host} let us in to {settings.mailbox} ({standing.waiting} in the inbox)",
        ),
    )
    if not standing.may_file:
        say = Words(zh="无权从收件箱移走邮件", en="the login may not take mail out of the inbox")
        yield wrong("mailbox", say, grant)
    if not standing.has_shelves:
        say = Words(
            zh="归档文件夹（Handled、Review、Quarantined、Ignored）尚不存在，且无权新建",
            en="our folders (Handled, Review, Quarantined, Ignored) are not there, and we may make none",
        )
        yield wrong("mailbox", say, grant)
    if not standing.may_keep:
        say = Words(
            zh="无权写入“已发送邮件”：发出的邮件无法留底",
            en="the login may not write to the sent mail: what leaves could not be found again",
        )
        yield wrong("mailbox", say, grant)
