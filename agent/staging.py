"""Rehearsals keep everything in the folder of their configuration (cli.md, `rehearse DIR`)."""

from dataclasses import replace
from pathlib import Path

from agent.config import ConfigError
from agent.config_mailbox import MailboxKind
from agent.config_sections import Config
from agent.domain.words import Words

_STORE = "formclerk.db"


def staged(config: Config) -> Config:
    """Return `config` with mail, store and blobs in the folder of its file, whatever it says.

    Raises:
        ConfigError: its mailbox is no folder; a rehearsal must not write to people.
    """
    if config.mailbox.kind is not MailboxKind.FOLDER:
        why = Words(zh="演练只用文件夹邮箱：folder", en="a rehearsal needs a folder mailbox: folder")
        raise ConfigError(str(config.file), "mailbox", "kind", why)
    here = config.file.parent
    store = replace(config.store, url=f"sqlite:///{here / _STORE}", blobs=here / "blobs", state=here)
    return replace(config, store=store, mailbox=replace(config.mailbox, path=here))


def as_rehearsed(config: Config) -> Config:
    """Return the staged configuration where a rehearsal is all that there has been, else `config`."""
    configured = Path(config.store.url.removeprefix("sqlite:///"))
    rehearsed = (config.file.parent / _STORE).exists()
    real = not config.store.url.startswith("sqlite:///") or configured.exists()
    return staged(config) if rehearsed and not real else config
