"""The section `[security]` of `formclerk.toml`: what may vouch for the sender of a mail (ADR 0026)."""

from dataclasses import dataclass

from agent import config_values as read
from agent.config_values import key


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """Who may speak."""

    authserv_id: str = key(
        read.text,
        "",
        "本公司收信服务器写在 Authentication-Results 头中的标识（authserv-id），如 mx.example.com；"
        "Exchange Online 不写标识，填 -；留空：不据此核验",
        "The authserv-id that your receiving server writes into Authentication-Results, such as "
        "mx.example.com; - for Exchange Online, which writes none; empty: not looked at",
    )
    authserv_hops: int = key(
        read.whole(0, 20),
        1,
        "该头之上最多有几行 Received（本公司服务器自己添加的行数）；更靠下的一律视为伪造",
        "How many Received lines your own servers put above that header; further below it is taken as forged",
    )
    arc_sealers: tuple[str, ...] = key(
        read.texts,
        [],
        '受信任的转发方（ARC 签名域），如 ["lists.example.com"]',
        'Forwarders whose ARC seals count, by domain, such as ["lists.example.com"]',
    )
    exchange_internal: bool = key(
        read.yes_or_no,
        default=False,
        zh="信任 Exchange 的内部邮件标记（仅限邮箱本身在 Exchange 上，其他邮箱任何人都能伪造此标记）",
        en="Trust Exchange's mark of internal mail (only for a mailbox on Exchange: anybody can write it)",
    )
    dkim: bool = key(
        read.yes_or_no,
        default=False,
        zh="由本系统查询 DNS 核验 DKIM 签名（需安装 formclerk[dkim]）",
        en="Check DKIM signatures here, asking DNS (needs formclerk[dkim])",
    )
