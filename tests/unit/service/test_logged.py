"""The log names mails and cases, and holds nobody's words, tokens or secrets (reliability.md, promise 16)."""

import io
import json
import logging
from dataclasses import replace
from pathlib import Path

from agent import logs
from agent.service import rounds
from agent.service.happenings import to_log
from tests.houses import STRANGER, company, mail


def test_a_log_at_its_loudest_holds_no_subject_body_token_or_secret(tmp_path: Path) -> None:
    """One JSON object a line, with the keys by which a mail, case or letter is found, and durations."""
    out = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with company(tmp_path) as here:
        house = replace(here.house, tell=to_log)
        try:
            logs.start(level="DEBUG", as_json=True, out=out)
            here.write(mail(text="机密正文"))
            here.write(mail(subject="陌生标题", text="陌生正文", sender=STRANGER, name="<2@x.example>"))
            rounds.until_quiet(house)
        finally:
            root.handlers[:] = before
            root.setLevel(level)
        with house.look() as work:
            tokens = [each.sheet.token(house.secret) for each in work.sheets.of_case(work.cases.list()[0].id)]
    text = out.getvalue()
    lines = [json.loads(line) for line in text.split("\n") if line]
    assert tokens
    for private in ("机密正文", "陌生标题", "陌生正文", house.secret.hex(), *tokens):
        assert private not in text
    assert {"taken-in", "decided", "sent", "settled", "pass"} <= {line.get("action") for line in lines}
    assert any(line.get("case") == "XT-2026-0001" and line.get("mail") for line in lines)
    assert all(line["seconds"] >= 0 for line in lines if line.get("action") == "pass")
