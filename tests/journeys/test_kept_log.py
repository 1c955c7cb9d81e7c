"""The judge of logs can fail: a leak of every kind is seen."""

import base64
import json

import pytest

from tests.journeys.kept_log import must_be_discreet

_SOUND = [
    {"at": "2026-03-02T01:00:00+00:00", "level": level, "logger": "x", "say": "done", "action": action}
    for level, action in (
        ("info", "taken-in"),
        ("info", "read"),
        ("info", "decided"),
        ("info", "settled"),
        ("info", "sent"),
        ("info", "filed"),
        ("debug", "pass"),
    )
]


def _log(*more: str) -> str:
    return "\n".join((*(json.dumps(line, ensure_ascii=False) for line in _SOUND), *more)) + "\n"


def test_a_sound_log_passes() -> None:
    """Otherwise the others would prove nothing."""
    must_be_discreet(_log(), "hunter2")


@pytest.mark.parametrize(
    "leak",
    [
        "机密正文",
        "星河一号",
        "login with hunter2",
        base64.b64encode(b"hunter2").decode(),
        "\\u661f\\u6cb3\\u4e00\\u53f7",
        "FC1|XT-2026-0001|x",
        base64.b64encode(bytes(range(200))).decode(),
    ],
)
def test_a_leak_is_seen(leak: str) -> None:
    """In whichever spelling it stands there."""
    line = {"at": "x", "level": "info", "logger": "x", "say": f"fetched {leak}"}
    with pytest.raises(AssertionError):
        must_be_discreet(_log(json.dumps(line, ensure_ascii=False)), "hunter2")


def test_a_line_that_is_no_json_or_lacks_a_field_is_seen() -> None:
    """A collector would drop it, or fail."""
    with pytest.raises(json.JSONDecodeError):
        must_be_discreet(_log("Traceback (most recent call last):"))
    with pytest.raises(AssertionError):
        must_be_discreet(_log('{"say": "x"}'))
