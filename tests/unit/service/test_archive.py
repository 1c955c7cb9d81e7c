"""Sealing: what lies in an archive, under which names, when it is built, and where it is kept."""

import io
import json
import tracemalloc
import zipfile
from dataclasses import replace
from email import policy
from email.parser import BytesParser
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import docx
import pypdf
from lxml import html
from PIL import Image

from agent.domain.effects import Seal
from agent.domain.words import Language, Words
from agent.service import archive, rounds
from agent.service.archives.checking import examine
from agent.service.archives.holdings import collect
from agent.service.archives.index import index_file
from agent.service.archives.manifest import CASE, Kind
from agent.service.archives.names import is_sound, key
from agent.service.archives.parts import Blob, Part
from agent.service.archives.writing import write
from store.chain import Head
from store.verify import verify
from tests.houses import COORDINATOR, company, mail
from tests.journeys.stage import stage
from tests.unit.service.archived import CASE_1, ORDER, kept_at, manifest_of, of_kind, started
from tests.unit.service.conftest import Played


def test_every_name_can_be_unpacked_on_windows(played: Played) -> None:
    """Reserved names, forbidden characters, ends, lengths, and names that Windows takes for one."""
    with zipfile.ZipFile(played.archive) as opened:
        names = opened.namelist()
    assert all(is_sound(name) for name in names)
    assert len({key(name) for name in names}) == len(names)


def test_every_form_can_be_opened_and_every_mail_read(played: Played) -> None:
    """Forms open, mails parse, pictures show: an archive is for people who come back in years."""
    forms = of_kind(played.archive, Kind.SENT, Kind.RETURNED, Kind.COMPILED, Kind.RECORD)
    assert len(forms) > 30
    for name, content in forms.items():
        if name.endswith(".pdf"):
            assert len(pypdf.PdfReader(io.BytesIO(content)).pages) > 0
        else:
            assert docx.Document(io.BytesIO(content)).element.body is not None
    sent = sorted(of_kind(played.archive, Kind.SENT))
    assert [name for name in sent if name.endswith(".pdf")]
    assert all(name.removesuffix("pdf") + "docx" in sent for name in sent if name.endswith(".pdf"))
    for content in of_kind(played.archive, Kind.MAIL_IN, Kind.MAIL_OUT).values():
        message = BytesParser(policy=policy.default).parsebytes(content)
        assert message["Message-ID"]
        assert not message.defects
    for content in of_kind(played.archive, Kind.SIGNATURE).values():
        Image.open(io.BytesIO(content)).verify()


def test_originals_lie_in_it_byte_for_byte(played: Played) -> None:
    """Each accepted form as it was returned, and every mail and letter as it travelled."""
    returned = {sha256(each).hexdigest() for each in of_kind(played.archive, Kind.RETURNED).values()}
    assert {filing.document.digest for filing in played.case.filings} <= returned
    came = {sha256(p.read_bytes()).hexdigest() for p in (played.folder / "Handled").glob("*.eml")}
    assert came == {sha256(each).hexdigest() for each in of_kind(played.archive, Kind.MAIL_IN).values()}
    left = {p.read_bytes() for p in (played.folder / "Sent").glob("*.eml")}
    ours = {each for each in left if _is_of_the_case_before_its_end(each)}
    assert ours == set(of_kind(played.archive, Kind.MAIL_OUT).values())


def _is_of_the_case_before_its_end(content: bytes) -> bool:
    """Say whether a letter went out before the archive that it would have to lie in."""
    message = BytesParser(policy=policy.default).parsebytes(content)
    return message["X-Formclerk-Case"] == CASE_1 and "已归档" not in str(message["Subject"])


def test_readings_name_value_trust_and_evidence(played: Played) -> None:
    """Each returned form says how it was understood, and who signed it how."""
    readings = [json.loads(each) for each in of_kind(played.archive, Kind.READ).values()]
    assert len(readings) == len(of_kind(played.archive, Kind.RETURNED))
    request = next(each for each in readings if each["form"] == "request")
    title = next(each for each in request["fields"] if each["field"] == "project_name")
    assert (title["value"], title["trust"]) == ("新品上市", "sure")
    assert title["evidence"][0]["words"] == "新品上市"
    assert request["accepted"]
    (signature,) = request["signatures"]
    assert (signature["slot"], signature["verdict"]) == ("initiating_head", "signed")
    pictures = {sha256(each).hexdigest() for each in of_kind(played.archive, Kind.SIGNATURE).values()}
    assert signature["picture"] in pictures


def test_the_communication_record_lies_in_it_in_both_languages(played: Played) -> None:
    """The 《多部门协同沟通记录表》 is filled from the case."""
    records = of_kind(played.archive, Kind.RECORD)
    assert [path.rpartition("/")[2] for path in records] == [
        "多部门协同沟通记录表 中文.docx",
        "多部门协同沟通记录表 英文.docx",
    ]
    for content in records.values():
        assert "新品上市" in docx.Document(io.BytesIO(content)).element.xpath("string(.)")


def test_the_index_leads_to_everykept_at(played: Played) -> None:
    """In both languages, every file is named and linked, relative to the index."""
    manifest = manifest_of(played.archive)
    for page in of_kind(played.archive, Kind.INDEX).values():
        found = html.fromstring(page).xpath("//a/@href")
        assert isinstance(found, list)
        links = {unquote(str(each)) for each in found}
        assert links == {m.path for m in manifest.members if m.kind is not Kind.INDEX}
        assert "<script" not in page.decode()


def test_the_archive_names_the_end_of_the_stores_journal(played: Played) -> None:
    """`verify --store --head` with the archive's head shows a journal that was cut or rewritten since."""
    manifest = manifest_of(played.archive)
    with stage(played.folder) as (house, _):
        assert verify(house.engine, house.blobs, str(manifest.head)) == ()
        other = Head(seq=manifest.head.seq, hash="0" * 64)
        assert [f.code for f in verify(house.engine, house.blobs, str(other))] == ["other-head"]


def test_the_store_and_the_folder_have_the_same_archive(played: Played) -> None:
    """The case's archive is a blob like every other, and the file that people find is a copy of it."""
    assert played.case.archive is not None
    assert sha256(played.archive.read_bytes()).hexdigest() == played.case.archive.digest
    with stage(played.folder) as (house, _):
        assert house.blobs.get(played.case.archive.digest) == played.archive.read_bytes()
    assert list(played.archive.parent.iterdir()) == [played.archive]


def test_what_senders_call_their_files_is_sanitised_and_kept_apart(tmp_path: Path) -> None:
    """Names of attachments are a sender's: paths, devices, look-alikes and twins become plain names."""
    names = ("../../../etc/cron.d/x.docx", "CON.docx", "Plan.docx", "PLAN.DOCX", "a\u202ecod.exe", "x" * 400)
    with company(tmp_path) as here:
        started(here, *((name, f"file {number}".encode()) for number, name in enumerate(names)))
        file = kept_at(here, archive.seal(here.house, ORDER))
    contents = of_kind(file, Kind.FILE)
    assert set(contents.values()) == {f"file {number}".encode() for number in range(len(names))}
    assert all(is_sound(path) for path in contents)


def test_what_people_write_never_runs_in_the_index(tmp_path: Path) -> None:
    """The name that a form gave the project stands in the page as words."""
    with company(tmp_path) as here:
        started(here)
        with here.house.turn(reading=True) as turn:
            held = collect(turn, ORDER)
    about = archive.about(held)
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    page = index_file(Language.ZH, replace(held, case=replace(held.case, title=evil)), about, ())
    tree = html.fromstring(page)
    assert not tree.xpath("//script | //img | //@onerror")
    assert evil in str(tree.xpath("string(//h1)"))


def test_a_legal_hold_is_recorded(tmp_path: Path) -> None:
    """Retention class and legal hold are in the manifest, which the seal covers."""
    with company(tmp_path) as here:
        started(here)
        order = Seal(key=ORDER.key, case=CASE_1, retention="permanent", legal_hold="诉讼 2026-17")
        manifest = manifest_of(kept_at(here, archive.seal(here.house, order)))
    assert (manifest.retention, manifest.until, manifest.legal_hold) == ("permanent", None, "诉讼 2026-17")


def test_a_case_in_english_has_english_folders(tmp_path: Path) -> None:
    """Folders speak the language of the case."""
    with company(tmp_path) as here:
        here.write(mail(sender="peter.smith@example.com", subject="start"))
        rounds.until_quiet(here.house)
        file = kept_at(here, archive.seal(here.house, ORDER))
    with zipfile.ZipFile(file) as opened:
        folders = {name.partition("/")[0] for name in opened.namelist()}
    assert {"07 Mail received", "08 Mail sent"} <= folders


def test_the_case_in_the_archive_is_as_the_journal_left_it(played: Played) -> None:
    """The digest of the case is the one that the journal's last entry names."""
    case = json.loads(of_kind(played.archive, Kind.DATA)[CASE])
    assert case["id"] == CASE_1
    assert "archive" not in case


def test_a_case_that_was_cancelled_can_be_sealed(tmp_path: Path) -> None:
    """However a case ended, its archive agrees with it and says so in the index."""
    with company(tmp_path) as here:
        started(here)
        here.write(mail(sender=COORDINATOR, subject=f"[{CASE_1}]", text="取消\n", name="<2@example.com>"))
        rounds.until_quiet(here.house)
        file = kept_at(here, archive.seal(here.house, ORDER))
    assert manifest_of(file).status == "cancelled"
    assert any("已取消" in page.decode() for page in of_kind(file, Kind.INDEX).values())


def test_large_files_pass_through_a_small_memory(tmp_path: Path) -> None:
    """A deliverable of 64 MB is written and checked a piece at a time."""
    with company(tmp_path) as here:
        started(here)
        digest = here.house.blobs.put(bytes(64_000_000))
        with here.house.turn(reading=True) as turn:
            manifest = archive.about(collect(turn, ORDER))
        large = Part(path="large.bin", kind=Kind.FILE, source=Blob(digest), about=Words.same(""))
        with (tmp_path / "large.zip").open("w+b") as file:
            tracemalloc.start()
            write(file, (large,), manifest, here.house.blobs, b"secret")
            examine(tmp_path / "large.zip")
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
    assert peak < 16_000_000
