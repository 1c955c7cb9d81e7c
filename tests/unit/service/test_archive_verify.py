"""Verifying an archive offline: whatever changed after the sealing, and whatever never agreed, is found."""

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.words import Language
from agent.service.archives import agreement
from agent.service.archives.checking import examine
from agent.service.archives.manifest import CASE, JOURNAL, LETTERS, MAILS, MANIFEST, SEAL, Manifest
from store.chain import START, Head
from tests import zips
from tests.houses import MONDAY
from tests.unit.service.conftest import Played

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(played: Played) -> Files:
    """Return the files of a whole archive."""
    return zips.members(played.archive)


def codes(archive: Path, secret: bytes | None = None) -> set[str]:
    """Return what is found wrong with an archive."""
    return {each.code for each in examine(archive, secret).findings}


def test_an_archive_is_whole_as_it_was_sealed(played: Played) -> None:
    """The archive of a real case has no findings, and says how long it must be kept and on what hold."""
    found = examine(played.archive)
    assert found.findings == ()
    assert found.manifest is not None
    assert found.manifest.case == played.case.id
    assert found.manifest.retention == "10 years"
    assert str(found.manifest.until) == "2036-03-13"
    assert found.manifest.legal_hold == ""


def test_putting_it_together_again_changes_nothing_that_counts(files: Files, tmp_path: Path) -> None:
    """The tests below change one thing each; without a change their archive is whole."""
    assert codes(zips.pack(tmp_path / "same.zip", files)) == set()


def test_a_change_in_any_file_is_found(files: Files, tmp_path: Path) -> None:
    """One bit, in any file of the archive, with a correct zip around it."""
    for name, content in files.items():
        place = len(content) // 2
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        archive = zips.pack(tmp_path / "changed.zip", {**files, name: changed})
        found = examine(archive).findings
        assert found, name
        if name not in {MANIFEST, SEAL}:
            assert [(each.code, each.where) for each in found] == [("changed", name)]


def test_a_file_that_grew_or_shrank_is_found(files: Files, tmp_path: Path) -> None:
    """Bytes behind the end, or cut off from it, are a change as well; a manifest is exact to the byte."""
    for name in (next(iter(files)), CASE, MANIFEST, SEAL):
        for changed in (files[name] + b"\n", files[name][:-1]):
            assert codes(zips.pack(tmp_path / "size.zip", {**files, name: changed})), name


def test_a_file_that_is_missing_is_found(files: Files, tmp_path: Path) -> None:
    """Each file of the archive, one after another."""
    for name in files:
        rest = {each: content for each, content in files.items() if each != name}
        assert codes(zips.pack(tmp_path / "missing.zip", rest)), name


@pytest.mark.parametrize("name", ["extra.txt", "data/extra.jsonl", "../outside.txt", "CON.docx"])
def test_a_file_too_many_is_found(files: Files, tmp_path: Path, name: str) -> None:
    """The manifest is complete: nothing lies in an archive that it does not list."""
    assert "extra" in codes(zips.pack(tmp_path / "extra.zip", {**files, name: b"hello"}))


def test_a_second_file_of_the_same_name_is_found(files: Files, tmp_path: Path) -> None:
    """Programs differ in which of the two they show."""
    archive = zips.pack(tmp_path / "twice.zip", files)
    with zipfile.ZipFile(archive, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr(zips.entry(CASE), b"{}")
    assert "twice" in codes(archive)


def test_files_in_another_order_are_found(files: Files, tmp_path: Path) -> None:
    """An archive was written in one go, in the order of its manifest."""
    assert codes(zips.pack(tmp_path / "order.zip", dict(reversed(files.items())))) == {"order"}


def test_an_archive_that_was_cut_is_found(played: Played, tmp_path: Path) -> None:
    """A download that broke off, wherever."""
    content, cut = played.archive.read_bytes(), tmp_path / "cut.zip"
    for part in range(20):
        cut.write_bytes(content[: len(content) * part // 20])
        assert codes(cut) == {"no-archive"}
    cut.write_bytes(content[:-1])
    assert codes(cut)


def test_bytes_around_the_members_are_found(played: Played, files: Files, tmp_path: Path) -> None:
    """Nothing hides before the first file, behind the last one, or in a comment."""
    content = played.archive.read_bytes()
    for changed in (b"#!/bin/sh\n" + content, content + b"more"):
        (tmp_path / "around.zip").write_bytes(changed)
        assert codes(tmp_path / "around.zip")
    archive = zips.pack(tmp_path / "comment.zip", files)
    with zipfile.ZipFile(archive, "a") as opened:
        opened.comment = b"approved"
    assert codes(archive) == {"structure"}


def test_noise_is_found_wherever_it_is(played: Played, tmp_path: Path) -> None:
    """Whatever is in the file, verifying answers, and damage is never taken for an archive that is whole."""
    content, dice = bytearray(played.archive.read_bytes()), random.Random(4)  # noqa: S311 - the same every time
    for _ in range(60):
        noisy = bytearray(content)
        for _ in range(3):
            noisy[dice.randrange(len(noisy))] ^= 1 << dice.randrange(8)
        (tmp_path / "noise.zip").write_bytes(noisy)
        assert codes(tmp_path / "noise.zip")
    for junk in (b"", b"PK\x05\x06" + bytes(18), b"hello"):
        (tmp_path / "junk.zip").write_bytes(junk)
        assert codes(tmp_path / "junk.zip") == {"no-archive"}


def test_an_archive_of_many_gigabytes_is_checked_alike(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above 4 GB a zip tells its sizes in another place; the bound is lowered here to see that it is read."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 50_000)
    assert codes(zips.pack(tmp_path / "large.zip", files)) == set()


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Files], Files]:
    def forge(files: Files) -> Files:
        lines = change(files[JOURNAL].splitlines(keepends=True))
        return {**files, JOURNAL: b"".join(lines)}

    return forge


def _reworded(lines: list[bytes]) -> list[bytes]:
    entry = json.loads(lines[3])
    entry["because"] = entry["because"].replace("zh", "zh", 1) + " "
    return [*lines[:3], _line(entry), *lines[4:]]


def _line(said: object) -> bytes:
    return (json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _case(change: Callable[[dict[str, list[dict[str, object]]]], None]) -> Callable[[Files], Files]:
    def forge(files: Files) -> Files:
        case = json.loads(files[CASE])
        change(case)
        return {**files, CASE: _line(case)[:-1]}

    return forge


def _without(name: str) -> Callable[[Files], Files]:
    return lambda files: {**files, name: b"".join(files[name].splitlines(keepends=True)[1:])}


FORGERIES: dict[str, tuple[Callable[[Files], Files], str]] = {
    "an entry reworded": (_lines(_reworded), "edited"),
    "an entry deleted": (_lines(lambda lines: [*lines[:3], *lines[4:]]), "broken-case"),
    "the first entry deleted": (_lines(lambda lines: lines[1:]), "broken-case"),
    "the last entry deleted": (_lines(lambda lines: lines[:-1]), "cut"),
    "two entries swapped": (_lines(lambda lines: [lines[1], lines[0], *lines[2:]]), "broken-case"),
    "an entry twice": (_lines(lambda lines: [*lines, lines[-1]]), "broken-case"),
    "no journal": (_lines(lambda _: []), "entries"),
    "a journal of another form": (_lines(lambda lines: [b" " + lines[0], *lines[1:]]), "data"),
    "the case renamed": (_case(lambda case: case.update(title=[])), "undecided"),
    "a filing's document exchanged": (
        _case(lambda case: case["filings"][0].update(document={"digest": "0" * 64, "name": "x"})),
        "not-filed",
    ),
    "a letter unrecorded": (_without(LETTERS), "no-letter"),
    "a mail of nobody": (
        lambda files: {**files, MAILS: files[MAILS] + _line({"number": 99, "sha256": "0" * 64})},
        "no-mail",
    ),
    "no case": (lambda files: {**files, CASE: b"[]"}, "data"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_what_does_not_agree_is_found_even_under_a_fresh_seal(
    files: Files, tmp_path: Path, what: str
) -> None:
    """Whoever seals anew still has the journal, the case and the letters against him."""
    forge, code = FORGERIES[what]
    archive = zips.pack(tmp_path / "forged.zip", zips.sealed_anew(forge(files)))
    assert code in codes(archive)


@pytest.mark.parametrize("kind", ["收回 1", "07 收到的邮件", "08 发出的邮件", "签署 1"])
def test_an_original_taken_out_is_missed_even_under_a_fresh_seal(
    files: Files, tmp_path: Path, kind: str
) -> None:
    """Forms, mails, letters and proofs of signature are named by the case: none can be left out unseen."""
    name = next(each for each in reversed(files) if kind in each)
    rest = {each: content for each, content in files.items() if each != name}
    found = codes(zips.pack(tmp_path / "out.zip", zips.sealed_anew(rest)))
    same = [each for each, content in files.items() if content == files[name]]
    assert found & {"not-filed", "no-mail"} or len(same) > 1  # one picture signs several forms here


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("0" * 64),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("id", "process", "digest", "filings", "document", "files", "signatures", "picture", "status")
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.data())
def test_whatever_the_data_say_checking_answers(data: st.DataObject) -> None:
    """Data of a stranger may be of any shape under a seal that agrees with them."""
    said = {name: _line(data.draw(st.dictionaries(st.text(max_size=5), JSON))) for name in (LETTERS, MAILS)}
    entry = {name: data.draw(st.text(max_size=5) | JSON) for name in ("cause", "effects", "event", "hash")}
    texts = ("because", "process", "world", "after", "of_case", "prev", "case")
    moment = data.draw(st.sampled_from(("0001-01-01T00:00:00+14:00", "2026-03-02T01:00:00+00:00", "x")))
    journal = {**dict.fromkeys(texts, "x"), **entry, "seq": data.draw(st.integers()), "at": moment}
    manifest = Manifest(
        case="",
        title="",
        status="",
        language=Language.ZH,
        sealed=MONDAY,
        day=MONDAY.date(),
        retention="",
        legal_hold="",
        order="",
        entries=1,
        head=Head(seq=1, hash=START),
        members=(),
    )
    found = agreement.check(manifest, {**said, CASE: _line(data.draw(JSON)), JOURNAL: _line(journal)})
    assert list(found)


def test_whoever_holds_the_secret_knows_a_forged_seal(files: Files, tmp_path: Path) -> None:
    """An archive made anew from end to end agrees with itself; only the store's secret tells it apart."""
    archive = zips.pack(tmp_path / "forged.zip", zips.sealed_anew(files))
    assert codes(archive) == set()
    assert codes(archive, b"the store's secret") == {"foreign-seal"}
