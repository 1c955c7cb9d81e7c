"""Whether a mail comes from whom it says: what vouches for its From, or why nothing does (ADR 0026).

From is a claim that anybody can write.  Readers weigh what stands behind it; the rules here only name it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from agent.domain.words import Words


class Standing(Enum):
    """How the From of a mail stands."""

    UNCHECKED = "unchecked"
    """The house has configured nothing that could vouch for a sender; every From is believed."""

    AUTHENTIC = "authentic"

    UNPROVEN = "unproven"
    """Something could have vouched for it, and did not."""

    FORGED = "forged"
    """The house's own server says that the domain disowns it (DMARC failed, RFC 7489)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticity:
    """What a reader of the mail found out about its From."""

    standing: Standing = Standing.UNCHECKED
    by: str = ""
    """What vouches: a name of `VOUCHERS`; empty when nothing does."""
    why: tuple[str, ...] = ()
    """What was looked at in vain, each as `code` or `code: detail`, the codes of `REASONS`."""

    @property
    def is_doubtful(self) -> bool:
        """Say whether the mail may move nothing and must not be answered."""
        return self.standing in {Standing.UNPROVEN, Standing.FORGED}


UNCHECKED = Authenticity()
"""What is said of every mail where the house has configured nothing."""

VOUCHERS: Mapping[str, Words] = {
    "dmarc": Words(zh="本公司邮件服务器的 DMARC 结论", en="our mail server found DMARC to pass"),
    "dkim": Words(zh="本公司邮件服务器核验的 DKIM 签名", en="our mail server found DKIM to pass"),
    "spf": Words(zh="本公司邮件服务器核验的 SPF", en="our mail server found SPF to pass"),
    "auth": Words(zh="发件人登录本公司服务器后发出", en="the sender was logged in at our mail server"),
    "own_dkim": Words(zh="本系统核验的 DKIM 签名", en="a DKIM signature that we checked"),
    "arc": Words(zh="受信任转发方的 ARC 封印", en="the ARC seal of a forwarder that is trusted"),
    "exchange": Words(zh="Exchange 的内部邮件标记", en="Exchange's mark of internal mail"),
}
"""What can vouch for a From."""

REASONS: Mapping[str, Words] = {
    "several_senders": Words(zh="邮件有多个发件人", en="the mail has several senders"),
    "no_results": Words(
        zh="没有本公司邮件服务器（{detail}）的验证结果",
        en="there is no verdict of our mail server ({detail})",
    ),
    "results_too_low": Words(
        zh="以 {detail} 名义的验证结果不在本公司服务器添加的位置，可能是伪造的",
        en="a verdict in the name of {detail} stands where our servers do not write, and may be forged",
    ),
    "dmarc_failed": Words(
        zh="发件人的域 {detail} 声明此邮件不是它发出的（DMARC 未通过）",
        en="the domain {detail} disowns the mail (DMARC failed)",
    ),
    "not_aligned": Words(
        zh="通过验证的是 {detail}，不是发件人的域", en="what passed is {detail}, not the sender's domain"
    ),
    "nothing_passed": Words(
        zh="SPF、DKIM、DMARC 均未通过", en="neither SPF nor DKIM nor DMARC passed for it"
    ),
    "not_internal": Words(
        zh="Exchange 没有把它标为内部邮件", en="Exchange does not mark it as internal mail"
    ),
    "no_signature": Words(
        zh="没有发件人的域的 DKIM 签名", en="it carries no DKIM signature of the sender's domain"
    ),
    "bad_signature": Words(
        zh="{detail} 的 DKIM 签名不成立", en="the DKIM signature of {detail} does not hold"
    ),
    "weak_signature": Words(
        zh="{detail} 的 DKIM 签名只覆盖部分正文，或算法过弱",
        en="the DKIM signature of {detail} covers only a part of the body, or is too weak",
    ),
    "dns_away": Words(
        zh="查询 DNS 没有结果，DKIM 未能核验，可稍后重试",
        en="DNS did not answer, so DKIM was not checked; it may be retried",
    ),
    "cut": Words(
        zh="邮件过大，未核验 DKIM 签名", en="the mail is too large for its DKIM signature to be checked"
    ),
    "no_dkim_here": Words(
        zh="本机未安装 DKIM 核验组件", en="what checks DKIM signatures is not installed here"
    ),
    "unknown_sealer": Words(
        zh="转发方 {detail} 不在受信任之列", en="the forwarder {detail} is not among those trusted"
    ),
    "bad_seal": Words(zh="转发方的 ARC 封印不成立", en="the forwarders' ARC seals do not hold"),
}
"""Why nothing vouches for a From; `{detail}` is what stands behind the code."""

_LONGEST_DETAIL = 80
_MOST_TOLD = 3


def told(found: Authenticity) -> Words:
    """Return why nothing vouches for a sender, in both languages, in the order in which it was looked at."""
    each = [_reason(reason) for reason in found.why[:_MOST_TOLD]]
    return Words(zh="；".join(w.zh for w in each), en="; ".join(w.en for w in each))


def _reason(reason: str) -> Words:
    code, _, detail = reason.partition(": ")
    words = REASONS.get(code, Words.same(code))
    shown = detail[:_LONGEST_DETAIL]
    return Words(zh=words.zh.replace("{detail}", shown), en=words.en.replace("{detail}", shown))
