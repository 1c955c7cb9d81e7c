"""What `formclerk doctor` asks about senders: can anybody pretend to be somebody else?"""

from collections.abc import Iterator

from agent.config_sections import Config
from agent.domain.words import Words
from agent.findings import Finding, Grade, good, wrong
from agent.senders import is_on_exchange, trust_of

_CHECK = "senders"


def senders(config: Config) -> Iterator[Finding]:
    """Is anything configured that can vouch for a sender, and can it work?"""
    from parsers import sender_dkim  # noqa: PLC0415 - only this check pays for it

    trust, security = trust_of(config), config.security
    if security.exchange_internal and not is_on_exchange(config):
        say = Words(
            zh=f"exchange_internal 不起作用：{config.mailbox.kind.value} 邮箱的邮件可以由任何人写上该标记",
            en=f"exchange_internal has no effect: in a mailbox of kind {config.mailbox.kind.value} "
            "anybody can write that mark",
        )
        yield wrong(_CHECK, say, Words.same("[security] exchange_internal = false"))
    if security.dkim and not sender_dkim.is_here():
        say = Words(zh="未安装 DKIM 核验组件", en="what checks DKIM signatures is not installed")
        yield wrong(_CHECK, say, Words.same("pip install 'formclerk[dkim]'"))
    if security.arc_sealers and not (trust.server or trust.dkim):
        say = Words(
            zh="arc_sealers 不起作用：既没有 authserv_id，也没有 dkim，无从核验封印",
            en="arc_sealers has no effect: without authserv_id or dkim nobody checks the seals",
        )
        yield wrong(_CHECK, say, Words.same("[security] authserv_id"))
    if not trust.checks:
        say = Words(
            zh="未配置发件人核验：任何人都可以冒用通讯录中的地址发来邮件，本系统会当作本人处理",
            en="nothing checks who sent a mail: anybody can write in the name of anybody in the directory, "
            "and is believed",
        )
        do = Words(
            zh="打开一封收到的邮件的原文，找到最上面的 Authentication-Results，"
            "把分号前的名字填入 [security] authserv_id",
            en="look at the source of a mail that came in, find the topmost Authentication-Results, and "
            "write the name before its first semicolon into [security] authserv_id",
        )
        yield Finding(check=_CHECK, grade=Grade.CARE, say=say, do=do)
        return
    zh, en = [], []
    if trust.server:
        zh.append(f"{trust.server} 的验证结果（其上最多 {trust.hops} 行 Received）")
        en.append(f"results of {trust.server} (below at most {trust.hops} Received lines)")
    if trust.exchange:
        zh.append("Exchange 内部邮件标记")
        en.append("Exchange's mark of internal mail")
    if trust.dkim:
        zh.append("DKIM 签名（查询 DNS）")
        en.append("DKIM signatures (DNS is asked)")
    if trust.sealers:
        zh.append(f"{'、'.join(sorted(trust.sealers))} 的 ARC 封印")
        en.append(f"ARC seals of {', '.join(sorted(trust.sealers))}")
    yield good(
        _CHECK,
        Words(
            zh=f"发件人须有凭据：{'、'.join(zh)}；没有凭据的邮件转人工审核，不回复",
            en=f"senders are vouched for by {', '.join(en)}; other mail goes to a person and is not answered",
        ),
    )
