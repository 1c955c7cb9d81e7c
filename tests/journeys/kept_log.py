"""What the log of a whole journey may hold: lines for machines, nobody's words, tokens or secrets (16)."""

import base64
import json
import re
from urllib.parse import quote

LOUD = '\n[log]\nlevel = "DEBUG"\nform = "json"\n'
"""For a configuration: the loudest log there is."""

WORDS = ("绝密计划", "机密正文", "星河一号", "窗口期短", "按期上市", "完成样机")
"""What people wrote: in subjects, in a body, in the fields of the request."""

_PROMISED = {"at", "level", "logger", "say"}
_ACTIONS = {"taken-in", "read", "decided", "settled", "sent", "filed", "pass"}
_LONG = re.compile(r"[A-Za-z0-9+/_-]{160,}")
"""A document, a mail or a token of a sign-in service, in base64."""
_TOKEN = re.compile(r"FC1\|(?!\*\*\*)")


def must_be_discreet(log: str, *secrets: str) -> None:
    """Judge the log of a journey in which `WORDS` were written and every `secrets` was used."""
    lines = [json.loads(line) for line in log.splitlines() if line]
    for line in lines:
        assert line.keys() >= _PROMISED, line
    assert {line.get("action") for line in lines} >= _ACTIONS
    assert any(line["level"] == "debug" for line in lines)
    for line in lines:
        said = "\n".join(str(value) for value in line.values())
        for private in (*WORDS, *secrets):
            assert not any(spelling in said for spelling in _spellings(private)), line
        assert not _TOKEN.search(said), line
        assert not _LONG.search(said), line


def _spellings(text: str) -> set[str]:
    raw = text.encode()
    plain = base64.b64encode(raw).decode()
    return {text, quote(text), text.encode("unicode_escape").decode(), plain, plain.rstrip("=")}
