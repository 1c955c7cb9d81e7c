"""`formclerk.toml` (cli.md): found, read, checked whole, and written anew with its comments.

Every mistake is reported with file, table and key; an unknown key with the nearest known one.
"""

import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast

from agent.config_mailbox import MailboxKind
from agent.config_secrets import Secret, SecretPlace
from agent.config_sections import Config
from agent.config_values import Key, Wrong, mapping, path, some_text
from agent.domain.errors import WillNotWork
from agent.domain.words import Language, Words

NAME = "formclerk.toml"

_LARGEST = 1024 * 1024
"""Bytes of a configuration that are read."""

T = TypeVar("T")


class ConfigError(WillNotWork):
    """The configuration cannot be used as it stands; a person must change the file."""

    def __init__(self, file: str, table: str, key: str, why: Words) -> None:
        self.file, self.table, self.key, self.why = file, table, key, why
        super().__init__(self.say(Language.EN))

    def say(self, language: Language) -> str:
        """Return where it is and what is wrong, in one sentence."""
        place = " ".join(part for part in (f"[{self.table}]" if self.table else "", self.key) if part)
        return ": ".join(part for part in (self.file, place, self.why.in_(language)) if part)


def load(file: Path) -> Config:
    """Return the configuration that `file` holds.

    Raises:
        ConfigError: the file is not there, is no TOML, or holds an unknown or unusable key.
    """
    try:
        with file.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigError(
            str(file), "", "", Words(zh=f"无法读取：{why}", en=f"cannot be read: {why}")
        ) from error
    if len(raw) > _LARGEST:
        raise ConfigError(str(file), "", "", Words(zh="文件过大", en="is too large to be a configuration"))
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except ValueError as error:  # a wrong encoding, or no TOML: both say where
        raise ConfigError(
            str(file), "", "", Words(zh=f"不是有效的 TOML：{error}", en=f"is no TOML: {error}")
        ) from error
    return read(data, file)


def read(data: Mapping[str, object], file: Path) -> Config:
    """Return the configuration that is written in `data`, as if it stood in `file`.

    Raises:
        ConfigError: a key is unknown or unusable.
    """
    where = file.absolute()
    config = _Table(file=str(file), base=where.parent).build(Config, data, "", file=where)
    _check_mailbox(config, str(file))
    return config


def find(given: Path | None, *, here: Path, environment: Mapping[str, str] | None = None) -> Path:
    """Return the configuration file: the one that was given, `./formclerk.toml`, or the user's.

    Raises:
        ConfigError: there is none.
    """
    if given is not None:
        return given
    places = (here / NAME, user_folder(os.environ if environment is None else environment) / NAME)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        looked = ", ".join(map(str, places))
        raise ConfigError(
            "",
            "",
            "",
            Words(
                zh=f"找不到配置文件（{looked}）；请先运行 formclerk init 目录，或用 -c 指定",
                en=f"there is no configuration ({looked}); run formclerk init DIR first, or name one with -c",
            ),
        )
    return found


def user_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder for configuration of the user that runs us, by the custom of the system."""
    if sys.platform == "win32" and environment.get("APPDATA"):
        return Path(environment["APPDATA"]) / "formclerk"
    return Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "formclerk"


def _check_mailbox(config: Config, file: str) -> None:
    """See that the chosen kind of mailbox has its tables."""
    mailbox = config.mailbox
    tables = {
        MailboxKind.FOLDER: (),
        MailboxKind.IMAP: ("imap", "smtp"),
        MailboxKind.EXCHANGE: ("exchange",),
        MailboxKind.GRAPH: ("graph",),
    }
    for name in tables[mailbox.kind]:
        if getattr(mailbox, name) is None:
            kind = mailbox.kind.value
            say = Words(zh=f"kind 为 {kind} 时需要这一节", en=f'this table is needed where kind = "{kind}"')
            raise ConfigError(file, f"mailbox.{name}", "", say)
    if mailbox.kind is MailboxKind.EXCHANGE:
        table, logins = "mailbox.exchange", (mailbox.exchange,)
    elif mailbox.kind is MailboxKind.IMAP:
        by_smtp = mailbox.smtp is not None and mailbox.smtp.login
        table, logins = "mailbox.imap", (mailbox.imap, *((mailbox.smtp,) if by_smtp else ()))
    else:
        return
    if mailbox.oauth is None and not any(section and section.password for section in logins):
        say = Words(
            zh="缺少密码：请写 password_file、password_env 或 password_keyring（或 [mailbox.oauth]）",
            en="has no password: give password_file, password_env or password_keyring (or [mailbox.oauth])",
        )
        raise ConfigError(file, table, "password_file", say)


class _Table:
    """Builds frozen sections from what stands in one file."""

    def __init__(self, *, file: str, base: Path) -> None:
        self._file = file
        self._base = base

    def build(self, kind: Callable[..., T], given: Mapping[str, object], name: str, **more: object) -> T:
        """Return a `kind` of the keys in `given`; `name` is the table's, for messages."""
        described = [each for each in fields(cast(Any, kind)) if each.name not in more]
        self._refuse_unknown(given, described, name)
        values = {each.name: self._value(each, given, name) for each in described}
        return kind(**values, **more)

    def _value(self, each: Field[object], given: Mapping[str, object], name: str) -> object:
        inner = f"{name}.{each.name}" if name else each.name
        if "table" in each.metadata:
            raw = given.get(each.name)
            if raw is None and "None" in str(each.type):
                return None
            table = self._guard(mapping, {} if raw is None else raw, table=inner, key="")
            return self.build(each.metadata["table"], table, inner)
        key: Key = each.metadata["key"]
        if key.secret:
            return self._secret(each.name, given, name)
        raw = given.get(each.name, key.default)
        if raw is None:
            if "None" in str(each.type):
                return None
            raise self._error(name, each.name, Words(zh="必须填写", en="must be given"))
        return self._guard(lambda value: key.read(value, self._base), raw, table=name, key=each.name)

    def _secret(self, key: str, given: Mapping[str, object], table: str) -> Secret | None:
        found = [(place, f"{key}_{place.value}") for place in SecretPlace if f"{key}_{place.value}" in given]
        if not found:
            return None
        if len(found) > 1:
            say = Words(zh=f"与 {found[0][1]} 只能写一个", en=f"give either this or {found[0][1]}")
            raise self._error(table, found[1][1], say)
        place, name = found[0]
        reader = path if place is SecretPlace.FILE else some_text
        where = self._guard(lambda value: reader(value, self._base), given[name], table=table, key=name)
        return Secret(place=place, name=str(where))

    def _refuse_unknown(
        self, given: Mapping[str, object], described: list[Field[object]], table: str
    ) -> None:
        known: list[str] = []
        secrets: set[str] = set()
        for each in described:
            if "key" in each.metadata and each.metadata["key"].secret:
                secrets.add(each.name)
                known.extend(f"{each.name}_{place.value}" for place in SecretPlace)
            else:
                known.append(each.name)
        for name in given:
            if name in secrets:
                say = Words(
                    zh=f"配置文件中不写密码：请放入文件，写 {name}_file（或 {name}_env、{name}_keyring）",
                    en="secrets do not stand in the configuration: "
                    f"write {name}_file, {name}_env or {name}_keyring",
                )
                raise self._error(table, name, say)
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = Words(
                    zh=f"，是否为“{near[0]}”？" if near else f"；可用：{'、'.join(known)}",
                    en=f"; did you mean “{near[0]}”?" if near else f"; there are: {', '.join(known)}",
                )
                raise self._error(table, name, Words(zh=f"没有这一项{hint.zh}", en=f"is unknown{hint.en}"))

    def _guard(self, reader: Callable[[Any], T], raw: object, *, table: str, key: str) -> T:
        try:
            return reader(raw)
        except Wrong as wrong:
            raise self._error(table, key, wrong.words) from None

    def _error(self, table: str, key: str, why: Words) -> ConfigError:
        return ConfigError(self._file, table, key, why)
