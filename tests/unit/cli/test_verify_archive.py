"""`formclerk verify ARCHIVE`: what it prints and how it ends, without a store or a configuration."""

import json
from pathlib import Path

import pytest

from agent.domain.case import CaseId
from agent.domain.effects import Seal
from agent.service import archive, rounds
from agent.service.archives.manifest import CASE
from tests import zips
from tests.houses import company, mail
from tests.unit.cli.test_program import formclerk

XT_1 = CaseId("XT-2026-0001")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seal a small case and take its archive to another place."""
    folder = tmp_path_factory.mktemp("company")
    with company(folder) as here:
        here.write(mail())
        rounds.until_quiet(here.house)
        order = Seal(key=f"{XT_1}/seal", case=XT_1, retention="10 years", legal_hold="诉讼 2026-17")
        ref = archive.seal(here.house, order)
        content = (here.house.folder / "archives" / XT_1 / ref.name).read_bytes()
    target = tmp_path_factory.mktemp("elsewhere") / ref.name
    target.write_bytes(content)
    return target


def test_a_whole_archive_ends_with_0_and_says_what_it_is(sealed: Path) -> None:
    """In the language of the user, with retention and legal hold."""
    done = formclerk("verify", sealed.name, at=sealed.parent, language="zh")
    assert done.returncode == 0, done.stderr
    assert "保管期限：10 年，至 2036-03-02" in done.stdout
    assert "法律保留：诉讼 2026-17" in done.stdout
    assert "核对无误" in done.stdout
    assert "Legal hold: 诉讼 2026-17" in formclerk("verify", sealed.name, at=sealed.parent).stdout


def test_a_changed_archive_ends_with_1_and_names_the_file(sealed: Path, tmp_path: Path) -> None:
    """As JSON: whole or not, what the archive is, and every finding in both languages."""
    files = zips.members(sealed)
    zips.pack(tmp_path / "changed.zip", {**files, CASE: files[CASE] + b" "})
    done = formclerk("verify", "changed.zip", "--json", at=tmp_path)
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["whole"] is False
    assert said["archive"]["case"] == XT_1
    assert said["archive"]["until"] == "2036-03-02"
    (finding,) = said["findings"]
    assert (finding["code"], finding["where"]) == ("changed", CASE)
    assert set(finding["say"]) == {"zh", "en"}


def test_what_is_no_archive_ends_with_1_and_what_is_not_there_with_3(tmp_path: Path) -> None:
    """Neither is a usage error: the question was understood."""
    (tmp_path / "letter.zip").write_bytes(b"hello")
    done = formclerk("verify", "letter.zip", "--json", at=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["archive"]) == (1, None)
    assert formclerk("verify", "nowhere.zip", at=tmp_path).returncode == 3
