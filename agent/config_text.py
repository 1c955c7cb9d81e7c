"""The commented `formclerk.toml` that `formclerk init` writes: from the same definitions that read it."""

import json
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, cast

from agent.config_sections import Config
from agent.config_values import Key, Raw
from agent.domain.words import Language, Words

_TOP = Words(
    zh="formclerk 的配置。每一项都有默认值；相对路径以本文件所在目录为准。\n"
    "密码不写在这里：放进文件（*_file）、环境变量（*_env）或系统密钥环（*_keyring）。",
    en="The configuration of formclerk.  Every key has a default; relative paths start from this folder.\n"
    "Secrets do not stand here, but in a file (*_file), a variable (*_env) or the keyring (*_keyring).",
)

_TABLES: Mapping[str, Words] = MappingProxyType(
    {
        "agent": Words(zh="本助手", en="Who the clerk is"),
        "store": Words(zh="数据存放", en="Where everything is kept"),
        "mailbox": Words(zh="邮箱", en="Where mail comes from and goes to"),
        "mailbox.imap": Words(
            zh='收信服务器（kind = "imap" 时启用：每行去掉行首的一个 #）',
            en='Where mail is fetched (for kind = "imap": take one # away from each line)',
        ),
        "mailbox.smtp": Words(zh="发信服务器", en="Where mail is sent"),
        "mailbox.oauth": Words(zh="用 OAuth 2 登录（代替密码）", en="OAuth 2 instead of passwords"),
        "mailbox.exchange": Words(
            zh='自建 Exchange（kind = "exchange" 时启用：每行去掉行首的一个 #；须安装 formclerk[exchange]）',
            en="An Exchange server of the company's own "
            '(for kind = "exchange": take one # away from each line; needs formclerk[exchange])',
        ),
        "mailbox.graph": Words(
            zh='Exchange Online（kind = "graph" 时启用：每行去掉行首的一个 #；须安装 formclerk[graph]）',
            en='Exchange Online (for kind = "graph": take one # away from each line; needs formclerk[graph])',
        ),
        "security": Words(zh="谁说了算：如何核验发件人", en="Who may speak: what vouches for a sender"),
        "directory": Words(zh="通讯录", en="Who works here"),
        "process": Words(zh="流程", en="Which process runs"),
        "calendar": Words(zh="工作日历", en="Which days are worked"),
        "signatures": Words(zh="数字签名", en="Whose digital signatures count"),
        "hours": Words(zh="作息", en="When letters leave"),
        "notices": Words(zh="通知", en="How many letters a person gets"),
        "log": Words(zh="日志", en="What is logged"),
        "health": Words(zh="监控", en="Where a monitor may ask"),
        "canary": Words(zh="巡检邮件", en="A letter to ourselves, to prove that mail comes and goes"),
        "alarm": Words(
            zh="告警（邮箱本身出问题时的第二条通路；日志中总会有 ERROR 一行）",
            en="The second route when the mailbox itself is the trouble (the log has a line at ERROR always)",
        ),
        "alarm.smtp": Words(zh="用另一台服务器发告警邮件", en="Tell by mail, through another server"),
        "retention": Words(zh="保管期限", en="How long files are kept"),
    }
)

_NOTHING: Mapping[str, Raw] = MappingProxyType({})


def commented(language: Language, chosen: Mapping[str, Raw] = _NOTHING) -> str:
    """Return a whole configuration with a comment for every key.

    Args:
        language: The language of the comments; people without a known language are written to in it.
        chosen: Values that differ from the defaults, by `table.key`: `{"agent.zone": "Europe/Berlin"}`.
    """
    values = {"agent.language": language.value, **chosen}
    lines = _comment(_TOP.in_(language))
    for each in fields(Config):
        if "table" in each.metadata:
            lines += _table(each.metadata["table"], each.name, language, values)
    return "\n".join(lines) + "\n"


def _table(kind: type[object], name: str, language: Language, values: Mapping[str, Raw]) -> list[str]:
    """Return the lines of one table; one that may be missing, and has no value, is commented out."""
    off = "#" if "." in name and not any(each.startswith(f"{name}.") for each in values) else ""
    lines = ["", *_comment(_TABLES[name].in_(language)), f"{off}[{name}]"]
    below: list[str] = []
    for each in fields(cast(Any, kind)):
        if "table" in each.metadata:
            below += _table(each.metadata["table"], f"{name}.{each.name}", language, values)
            continue
        key: Key = each.metadata["key"]
        value = values.get(f"{name}.{each.name}", key.default)
        shown = key.example if value is None else value
        lines += [off + line for line in _comment(key.say.in_(language))]
        word = f"{each.name}_file" if key.secret else each.name
        # Whoever takes one # from each line of a table gets what it needs, not a certificate of nowhere.
        optional = value is None and "None" in str(each.type) and not (off and key.secret)
        lines.append(f"{off}{'#' if optional or (value is None and not off) else ''}{word} = {_toml(shown)}")
    return lines + below


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in text.splitlines()]


def _toml(value: Raw | None) -> str:
    """Return a value as TOML writes it; JSON is a subset for what a configuration holds."""
    return json.dumps(value, ensure_ascii=False)
