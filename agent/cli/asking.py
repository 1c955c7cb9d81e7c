"""The questions of `formclerk init` on a terminal: from the definitions that read the configuration."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from agent.cli.language import LANGUAGE, tr
from agent.cli.say import say

if TYPE_CHECKING:
    from agent.config_values import Key, Raw

_TABLES: Mapping[str, tuple[str, ...]] = {"imap": ("imap", "smtp")}
"""The tables that a kind of mailbox needs, where it is not one of its own name."""

_AGAIN = 5
"""How often a value is asked for before we give up."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered."""

    chosen: dict[str, "Raw"] = field(default_factory=dict)
    """Values by `table.key`, as the configuration has them."""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    """Secrets by the file that they belong into, relative to the folder."""


def ask() -> Answers:
    """Ask for language, address, directory and mailbox, and check each answer as the file would be."""
    from agent.config_sections import Agent, DirectoryFile  # noqa: PLC0415 - help must come at once

    found = Answers()
    say(tr("回车即采用方括号中的值。", "Enter takes what stands in brackets."))
    for table, section, names in (
        ("agent", Agent, ("language", "address", "name")),
        ("directory", DirectoryFile, ("file",)),
    ):
        for each in _keys(section):
            if each.name in names:
                known = {"language": LANGUAGE.value, "name": tr("协同助手", "Collaboration clerk")}
                found.chosen[f"{table}.{each.name}"] = _value(each, known.get(each.name))
    directory = Path(str(found.chosen["directory.file"])).expanduser()
    if directory.is_file():
        found.chosen["directory.file"] = str(directory.absolute())
    ask_mailbox(found)
    return found


def ask_mailbox(found: Answers) -> None:
    """Ask for the kind of mailbox and for what that kind cannot do without."""
    from agent.config_mailbox import Mailbox  # noqa: PLC0415 - help must come at once

    for name in [name for name in found.chosen if name.startswith("mailbox.")]:
        del found.chosen[name]
    found.secrets.clear()
    every = {each.name: each for each in fields(Mailbox)}
    kind = str(_value(every["kind"], None))
    found.chosen["mailbox.kind"] = kind
    domain = str(found.chosen["agent.address"]).rpartition("@")[2]
    has_asked = False
    for table in _TABLES.get(kind, (kind,)):
        if table not in every or "table" not in every[table].metadata:
            continue  # a folder has no table
        for each in _keys(every[table].metadata["table"]):
            key: Key = each.metadata["key"]
            if key.secret:
                if not has_asked:  # where mail is sent, the secret is the one with which it is fetched
                    has_asked = True
                    _secret(found, f"mailbox.{table}.{each.name}", each)
            elif key.default is None and "None" not in str(each.type):
                near = f"{table}.{domain}" if each.name == "host" else None
                if each.name == "endpoint":
                    near = _endpoint(str(found.chosen["agent.address"]))
                found.chosen[f"mailbox.{table}.{each.name}"] = _value(each, near)


def _endpoint(address: str) -> str | None:
    """Look for the Exchange server where that is wanted; None when a person must know its address."""
    from agent.domain.mail import Address  # noqa: PLC0415 - help must come at once
    from agent.mailbox.exchange.find import find_endpoint, is_online  # noqa: PLC0415

    wanted = tr(
        "按邮箱域名查找 Exchange 服务器？（只询问地址，不发送密码）",
        "Look for the Exchange server of this domain? (It is asked for its address; no password is sent)",
    )
    if not typer.confirm(wanted, default=True):
        return None
    say(tr("  正在查找……", "  Looking ..."))
    endpoint = find_endpoint(Address(address))
    if not endpoint:
        domain = address.rpartition("@")[2]
        say(
            tr(
                f"  没有找到：{domain} 及 autodiscover、mail、exchange 主机均未应答，或证书不受信任。"
                "请向 Exchange 管理员询问 EWS 地址",
                f"  Nothing was found: neither {domain} nor its hosts autodiscover, mail and exchange answer "
                "with a certificate that counts.  Ask the Exchange administrator for the address of EWS",
            )
        )
        return None
    if is_online(endpoint):
        say(
            tr(
                f"  该邮箱在 Exchange Online（{endpoint}），已不支持 EWS：请改用 graph",
                f"  This mailbox is in Exchange Online ({endpoint}), where EWS has ended: choose graph",
            )
        )
        return None
    say(tr(f"  找到 {endpoint}", f"  Found {endpoint}"))
    return endpoint


def _secret(found: Answers, name: str, each: Field[object]) -> None:
    key: Key = each.metadata["key"]
    asked = f"{each.name}: {_first(key)}" + tr("（输入不显示；留空则稍后再填）", " (not shown; empty: later)")
    given = typer.prompt(asked, default="", hide_input=True, show_default=False)
    where = str(key.example)
    found.chosen[name] = where
    if given:
        found.secrets[where] = given


def _value(each: Field[object], near: str | None) -> str:
    """Ask until the answer is one that the configuration takes."""
    from agent.config_values import Wrong  # noqa: PLC0415 - help must come at once

    key: Key = each.metadata["key"]
    default = near if near is not None else key.default
    for _ in range(_AGAIN):
        asked = f"{each.name}: {_first(key)}"
        given = str(typer.prompt(asked, default=None if default is None else str(default))).strip()
        try:
            key.read(given, Path())
        except Wrong as wrong:
            say(tr("  请重新输入：", "  Once more: ") + wrong.words.in_(LANGUAGE))
            continue
        return given
    raise typer.Abort


def _first(key: "Key") -> str:
    return " ".join(key.say.in_(LANGUAGE).splitlines())


def _keys(kind: object) -> Iterator[Field[object]]:
    yield from (each for each in fields(cast(Any, kind)) if "key" in each.metadata)


def keep(folder: Path, secrets: Mapping[str, str]) -> None:
    """Write secrets into files that nobody else may read."""
    for name, secret in secrets.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(secret + "\n")
