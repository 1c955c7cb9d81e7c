"""What `formclerk doctor` looks at in Exchange Online: sign-in, permissions, mailbox; it changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config_sections import Config
from agent.domain.words import Words
from agent.examination_mailbox import tried
from agent.findings import Finding, Grade, good

if TYPE_CHECKING:
    from agent.mailbox.graph.mailbox import GraphMailbox

_NEEDED = ("Mail.ReadWrite", "Mail.Send")
_PORTAL = Words(
    zh="在 Microsoft Entra 管理中心“应用注册”中核对 [mailbox.graph] 各项：应用权限 Mail.ReadWrite、Mail.Send "
    "须经管理员同意，密钥须未过期；限制了应用访问策略的，须包含本邮箱",
    en="compare [mailbox.graph] with the app registration in the Microsoft Entra admin centre: the "
    "application permissions Mail.ReadWrite and Mail.Send with admin consent, a client secret that has "
    "not expired, and, where an application access policy is set, this mailbox in it",
)


def graph(config: Config) -> Iterator[Finding]:
    """Check the mailbox of `[mailbox.graph]`."""
    section = config.mailbox.graph
    if section is not None and section.certificate is not None:
        yield from _key_file(section.certificate)
    from agent.accounts import graph_mailbox  # noqa: PLC0415 - only this check pays for it

    yield from tried(lambda: graph_mailbox(config), _judged, do=_PORTAL)


def _judged(mailbox: "GraphMailbox") -> Iterator[Finding]:
    standing = mailbox.standing()
    address = mailbox.settings.mailbox
    yield good(
        "mailbox",
        Words(
            zh=f"已登录 {address}（收件箱 {standing.waiting} 封）",
            en=f"{address} let us in ({standing.waiting} in the inbox)",
        ),
    )
    yield _permissions(standing.roles)


def _permissions(roles: frozenset[str] | None) -> Finding:
    """Judge the permissions that the token names; reading was tried, sending can only be read off."""
    missing = [each for each in _NEEDED if each not in (roles or ())]
    if not missing:
        return good(
            "mailbox", Words(zh="应用权限齐全：可读写、可发信", en="the application may read and send")
        )
    names = ", ".join(missing)
    return Finding(
        check="mailbox",
        grade=Grade.CARE,
        say=Words(zh=f"令牌未列出应用权限 {names}", en=f"the token does not name {names}"),
        do=Words(
            zh="请在 Entra 中添加该应用权限并由管理员同意；若已通过 Exchange“应用程序 RBAC”授权，可忽略",
            en="add the application permission in Entra and grant admin consent; ignore this where "
            "Exchange's RBAC for Applications grants it",
        ),
    )


def _key_file(file: Path) -> Iterator[Finding]:
    try:
        open_to_others = bool(file.stat().st_mode & 0o077)
    except OSError:
        return  # building the mailbox says so
    if open_to_others:
        say = Words(
            zh=f"[mailbox.graph] certificate：其他用户可读 {file}",
            en=f"[mailbox.graph] certificate: others may read {file}",
        )
        yield Finding(check="secrets", grade=Grade.CARE, say=say, do=Words.same(f"chmod 600 {file}"))
