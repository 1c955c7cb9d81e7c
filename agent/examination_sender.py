"""What `formclerk doctor` asks about senders: can anybody pretend to be somebody else?"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from agent.config_sections import Config
from agent.domain.authenticity import Standing
from agent.domain.mail import Nature
from agent.domain.words import Words
from agent.findings import Finding, Grade, good, wrong
from agent.senders import is_on_exchange, trust_of
from parsers.mail.sender_trust import Trust

_CHECK = "senders"
_LOOKED_AT = 30
"""Mails that came last."""
_ENOUGH = 5
"""Fewer mails say nothing about a server."""
_HEAD_BYTES = 256 * 1024


def senders(config: Config) -> Iterator[Finding]:
    """Is anything configured that can vouch for a sender, and does it?"""
    trust = trust_of(config)
    yield from _cannot_work(config, trust)
    if not trust.checks:
        yield _nothing(config)
        return
    zh, en = _what_counts(trust)
    say = Words(
        zh=f"发件人须有凭据：{zh}；没有凭据的邮件转人工审核，不回复",
        en=f"senders are vouched for by {en}; other mail goes to a person and is not answered",
    )
    vouched, looked_at = _vouched_lately(config)
    if looked_at < _ENOUGH:
        yield good(_CHECK, say)
        return
    count = Words(
        zh=f"{say.zh}。最近 {looked_at} 封个人来信中 {vouched} 封有凭据",
        en=f"{say.en}.  Of the last {looked_at} letters of people {vouched} were vouched for",
    )
    if vouched * 2 >= looked_at:
        yield good(_CHECK, count)
        return
    do = _suggestion(config) or Words(
        zh="请对照一封来信的原文核对 [security] authserv_id 与 authserv_hops",
        en="compare [security] authserv_id and authserv_hops with the source of a mail that came in",
    )
    yield Finding(check=_CHECK, grade=Grade.CARE, say=count, do=do)


def _cannot_work(config: Config, trust: Trust) -> Iterator[Finding]:
    from parsers.mail import sender_dkim  # noqa: PLC0415 - only this check pays for it

    security = config.security
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


def _nothing(config: Config) -> Finding:
    say = Words(
        zh="未配置发件人核验：任何人都可以冒用通讯录中的地址发来邮件，本系统会当作本人处理",
        en="nothing checks who sent a mail: anybody can write in the name of anybody in the directory, "
        "and is believed",
    )
    do = _suggestion(config) or Words(
        zh="打开一封收到的邮件的原文，找到最上面的 Authentication-Results，"
        "把分号前的名字填入 [security] authserv_id",
        en="look at the source of a mail that came in, find the topmost Authentication-Results, and "
        "write the name before its first semicolon into [security] authserv_id",
    )
    return Finding(check=_CHECK, grade=Grade.CARE, say=say, do=do)


def _what_counts(trust: Trust) -> tuple[str, str]:
    zh: list[str] = []
    en: list[str] = []
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
    return "、".join(zh), ", ".join(en)


# ---------------------------------------------------------------------- what came in lately


def _vouched_lately(config: Config) -> tuple[int, int]:
    """Return how many of the last letters of people were vouched for, and how many these are."""
    from store.engine import connect  # noqa: PLC0415 - only this check pays for it
    from store.unit import Unit  # noqa: PLC0415

    if not _has_store(config):
        return 0, 0
    engine = connect(config.store.address())
    try:
        with Unit(engine, reading=True) as work:
            contents = [work.inbox.contents(entry) for entry in work.inbox.latest(_LOOKED_AT)]
    finally:
        engine.dispose()
    found = [each.mail.authenticated for each in contents if each and each.mail.nature is Nature.PERSONAL]
    checked = [each for each in found if each.standing is not Standing.UNCHECKED]
    return sum(not each.is_doubtful for each in checked), len(checked)


def _suggestion(config: Config) -> Words | None:
    """Return what the last mails have in common: a proposal that a person compares, never a setting.

    Taken from the mails by itself it would let the first forger choose whom we trust.
    """
    tops = Counter(_topmost(config))
    if not tops:
        return None
    server, count = Counter(name for name, _ in tops.elements()).most_common(1)[0]
    hops = max(above for name, above in tops if name == server)
    if count < _ENOUGH:
        return None
    said = f'[security] authserv_id = "{server}", authserv_hops = {hops}'
    return Words(
        zh=f"最近 {count} 封来信最上面的 Authentication-Results 来自 {server}；"
        f"若这是贵公司自己的收信服务器：{said}",
        en=f"the topmost Authentication-Results of {count} mails that came lately are those of {server}; "
        f"if that is your own receiving server: {said}",
    )


def _topmost(config: Config) -> Iterator[tuple[str, int]]:
    """Yield of each of the last mails that has results whose the topmost are, and how deep they stand."""
    from parsers.limits import STANDARD  # noqa: PLC0415 - only this check pays for it
    from parsers.mail.headers import read_headers, split  # noqa: PLC0415
    from parsers.mail.sender_results import read_results  # noqa: PLC0415
    from store.blobs import Blobs  # noqa: PLC0415
    from store.engine import connect  # noqa: PLC0415
    from store.unit import Unit  # noqa: PLC0415

    if not _has_store(config):
        return
    blobs = Blobs(config.store.blobs)
    engine = connect(config.store.address())
    try:
        with Unit(engine, reading=True) as work:
            digests = [entry.digest for entry in work.inbox.latest(_LOOKED_AT)]
    finally:
        engine.dispose()
    for digest in digests:
        if not blobs.has(digest):
            continue
        above = 0
        for name, value in read_headers(split(blobs.get(digest)[:_HEAD_BYTES])[0], STANDARD).fields:
            above += name == "received"
            if name == "authentication-results":
                if server := read_results(value.decode("utf-8", "replace")).server:
                    yield server, above
                break


def _has_store(config: Config) -> bool:
    """Say whether there is a sound store of the present schema: looking for trouble makes none.

    What is wrong with it is told by the check of the store.
    """
    from store.engine import connect  # noqa: PLC0415 - only this check pays for it
    from store.migrate import newest, present  # noqa: PLC0415

    url = config.store.url
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
        return False
    try:
        engine = connect(config.store.address())
        try:
            return present(engine) == newest()
        finally:
            engine.dispose()
    except Exception:  # noqa: BLE001 - whatever the driver raises
        return False
