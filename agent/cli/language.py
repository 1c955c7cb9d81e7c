"""Which language the command line speaks: `FORMCLERK_LANG`, else the locale of the user (cli.md)."""

import os
from collections.abc import Mapping

from agent.domain.words import Language, Words


def choose(environment: Mapping[str, str]) -> Language:
    """Return the language of the user; English for whoever speaks neither of ours."""
    for name in ("FORMCLERK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = environment.get(name, "").casefold()[:2]
        if wanted in {"zh", "en"}:
            return Language(wanted)
        if wanted and name != "FORMCLERK_LANG":
            return Language.EN  # the locale was said, and is neither
    return Language.EN


LANGUAGE = choose(os.environ)
"""Chosen once, when the program starts: help texts are made while modules are imported."""


def tr(zh: str, en: str) -> str:
    """Return the words in the language of the user."""
    return Words(zh=zh, en=en).in_(LANGUAGE)
