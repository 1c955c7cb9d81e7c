"""Secrets and tokens appear in no log (reliability.md, promise 16)."""

import io
import json
import logging

import pytest

from agent import logs


@pytest.mark.parametrize(
    "said",
    [
        "password=hunter2",
        "Authorization: hunter2",
        "the secret hunter2",
        "FC1|XT-2026-0001|hunter2|x|1|zh|ABC",
    ],
)
def test_what_looks_like_a_secret_is_veiled(said: str) -> None:
    """Whoever reads the log learns no password and no sheet's token."""
    assert "hunter2" not in logs.veil(said)


def test_extra_fields_become_keys_of_the_json_line() -> None:
    """A log collector finds the case without parsing sentences."""
    out = io.StringIO()
    before = logging.getLogger().handlers[:]
    try:
        logs.start(as_json=True, out=out)
        logging.getLogger("x").info("settled", extra={"case": "XT-2026-0001"})
    finally:
        logging.getLogger().handlers[:] = before
    assert json.loads(out.getvalue())["case"] == "XT-2026-0001"
