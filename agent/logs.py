"""How the log is written: one line per thing that happened, as text or as JSON, without secrets.

Code logs with the standard library; `extra=` fields (`case`, `mail`, `action`) become keys of the JSON line.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_TOKEN = re.compile(r"FC1\|[^\s\"']+")
"""A sheet's token as `agent.domain.sheets` writes it: whoever knows it can pass for the sheet."""

_SECRET = re.compile(r"(?i)\b(password|passwd|secret|bearer|authorization|token)(\s*[=:]\s*|\s+)(\S+)")


def veil(text: str) -> str:
    """Return `text` with tokens and whatever looks like a password made unreadable."""
    return _SECRET.sub(r"\1\2***", _TOKEN.sub("FC1|***", text))


class _Plain(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return veil(super().format(record))


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "say": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return veil(json.dumps(line, ensure_ascii=False, default=str))


def start(*, level: str = "INFO", as_json: bool = False, out: TextIO | None = None) -> None:
    """Send everything that is logged to `out` (the error stream unless told), replacing earlier settings."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(_Json() if as_json else _Plain())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("apscheduler", "alembic", "imapclient", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
