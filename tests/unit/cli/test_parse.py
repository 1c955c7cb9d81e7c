"""`formclerk parse`: the JSON of cli.md, and words for people."""

import json
from dataclasses import replace
from email.message import EmailMessage
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from agent.cli.app import run
from agent.cli.reading_json import reading_json
from agent.cli.reading_pictures import save_pictures
from agent.cli.reading_words import say_reading
from agent.domain.reading import Drift, DriftKind, Reading, Source, Uncompared
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from agent.letters.form_builder.build import custom
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit
from tests.outlook_files import a_msg
from tests.pack_files import filled_forms
from tests.word_files import replaced, retyped, signature_png, slot_paragraph, with_picture

_PEOPLE = (
    "name,email,department,role\n李娜,li.na@example.com,研发部,head\n王芳,wang.fang@example.com,市场部,head\n"
)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a configuration, a directory, a form and a mail."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    (tmp_path / "formclerk.toml").write_text('[directory]\nfile = "people.csv"\n', "utf-8")
    (tmp_path / "people.csv").write_text(_PEOPLE, "utf-8")
    filled = next(f for f in filled_forms() if f.form.id == "request" and f.language is Language.ZH)
    (tmp_path / "form.docx").write_bytes(filled.content)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """Run the command and return the one object that it prints."""
    assert run(["parse", *arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert isinstance(printed, dict)
    return printed


def test_the_json_is_the_one_that_is_documented(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Integrators rely on every key of cli.md, and on nothing being there besides them."""
    document = told(capsys, str(house / "form.docx"))

    assert list(document) == [
        *("file", "form", "version", "lang", "case", "token", "source", "pages", "seconds"),
        *("fields", "signatures", "problems"),
        *("pages_missing", "text_not_as_sent", "text_not_compared"),
    ]
    assert document["form"] == "request"
    assert [document[key] for key in ("lang", "token", "source")] == ["zh", "absent", "docx"]
    fields = document["fields"]
    assert isinstance(fields, dict)
    assert list(fields["date"]) == ["value", "trust", "evidence"]
    assert fields["date"]["value"] == "2026-03-05"
    assert fields["kickoff"]["value"] == "2026-03-05T14:30"
    assert fields["liaison"]["value"] == "li.na@example.com"
    assert fields["departments"]["rows"][0]["department"]["value"] == "市场部"
    assert list(fields["date"]["evidence"][0]) == ["place", "words"]
    signatures = document["signatures"]
    assert isinstance(signatures, dict)
    assert signatures["initiating_head"]["verdict"] == "signed"
    assert (signatures["initiating_head"]["how"], signatures["initiating_head"]["who"]) == ("typed", "李娜")
    assert document["problems"] == []


def test_looking_at_a_file_writes_nothing(house: Path) -> None:
    """No store is made for a look; one that is there lends its key."""
    before = sorted(path.name for path in house.rglob("*"))

    assert run(["parse", str(house / "form.docx")]) == 0

    assert sorted(path.name for path in house.rglob("*")) == before


def test_the_store_tells_which_tokens_are_ours(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The key is drawn once per store, and read without being changed."""
    engine = connect(f"sqlite:///{house / 'data' / 'formclerk.db'}")
    migrate(engine)
    with Unit(engine, reading=True) as work:
        drawn = work.settings.secret()
    engine.dispose()

    sheet = Sheet(case="XT-2026-0001", item="request//1", form="request", version=1, language=Language.ZH)
    content = (house / "form.docx").read_bytes()
    named = {"docProps/custom.xml": custom(sheet.token(drawn), "request/1/zh").encode()}
    (house / "form.docx").write_bytes(replaced(content, named))

    document = told(capsys, str(house / "form.docx"))

    assert [document[key] for key in ("token", "case")] == ["valid", "XT-2026-0001"]


def test_every_document_of_a_mail_and_of_a_zip_is_read(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON object a line, in the order of the attachments."""
    form = (house / "form.docx").read_bytes()
    bundle = BytesIO()
    with ZipFile(bundle, "w") as archive:
        archive.writestr("一.docx", form)
        archive.writestr("说明.txt", "无")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "li.na@example.com", "collab@example.com", "申请表"
    mail.set_content("请查收")
    mail.add_attachment(bundle.getvalue(), maintype="application", subtype="zip", filename="表.zip")
    mail.add_attachment(b"%PDF-1.7\n", maintype="application", subtype="pdf", filename="扫描.pdf")
    (house / "mail.eml").write_bytes(bytes(mail))

    assert run(["parse", str(house / "mail.eml"), "--json"]) == 0

    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(d["form"], d["source"]) for d in documents] == [
        ("request", "docx"),
        (None, "none"),
        (None, "none"),
    ]
    assert documents[2]["problems"][0]["code"] == "read_by_person"


def test_people_see_a_table(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labels and choices as they are printed on the form, and what became of them."""
    assert run(["parse", str(house / "form.docx")]) == 0

    printed = capsys.readouterr().out
    assert "Yearly or quarterly goals" in printed or "年度/季度目标协同" in printed
    assert "li.na@example.com" in printed


def test_print_that_cannot_be_compared_is_shown_beside_what_differs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With the words as sent, its page, and a crop to look at; what differs is told as before."""
    drift = Drift(kind=DriftKind.CHANGED, page=1, sent="30日内付款", returned="90日内付款")
    crop = signature_png()
    digest = sha256(crop).hexdigest()
    places = (
        Uncompared(page=2, words="质保期两年", picture=digest),
        Uncompared(page=3, words="六月交付", struck=True),
    )
    reading = Reading(
        file="扫描.pdf",
        digest="d" * 64,
        source=Source.SCAN,
        drift=(drift,),
        uncompared=places,
        pictures={digest: crop},
    )

    say_reading(reading, None)

    lines = capsys.readouterr().out.splitlines()
    open_ = [line for line in lines if line.strip().startswith("?")]
    assert len(open_) == 2
    assert "质保期两年" in open_[0]
    assert "2" in open_[0]
    assert "六月交付" in open_[1]
    assert ("划线" in open_[1]) or ("drawn through" in open_[1])
    assert any("90日内付款" in line and line.strip().startswith("!") for line in lines)
    assert [file.name for file in save_pictures(reading, tmp_path)] == ["text-1.png"]

    told = reading_json(replace(reading, lacks=(4,)), None, 0.5)
    assert told["pages_missing"] == [4]
    assert told["text_not_as_sent"] == [
        {"kind": "changed", "page": 1, "sent": "30日内付款", "returned": "90日内付款"}
    ]
    assert told["text_not_compared"] == [
        {"page": 2, "sent": "质保期两年", "picture": digest, "struck": False},
        {"page": 3, "sent": "六月交付", "picture": None, "struck": True},
    ]


def test_a_sheet_that_is_not_kept_as_it_was_sent_is_told(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names itself, and there is nothing to compare it with: in words and as JSON."""
    engine = connect(f"sqlite:///{house / 'data' / 'formclerk.db'}")
    migrate(engine)
    with Unit(engine, reading=True) as work:
        drawn = work.settings.secret()
    engine.dispose()
    sheet = Sheet(case="XT-2026-0001", item="request//1", form="request", version=1, language=Language.ZH)
    named = {"docProps/custom.xml": custom(sheet.token(drawn), "request/1/zh").encode()}
    content = replaced((house / "form.docx").read_bytes(), named)
    (house / "form.docx").write_bytes(content)

    assert told(capsys, str(house / "form.docx"))["text_not_compared"] == [
        {"page": None, "sent": None, "picture": None, "struck": False}
    ]
    assert run(["parse", str(house / "form.docx")]) == 0
    printed = capsys.readouterr().out
    assert ("没有留存" in printed) or ("is not kept" in printed)


def test_a_form_can_be_named_when_nothing_else_tells(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--form` reads a retyped page without its title as the form that it is meant to be."""
    form = next(f.form for f in filled_forms() if f.form.id == "summary")
    content = retyped(form, {form.fields[1].id: "配合顺畅"})
    (house / "page.docx").write_bytes(content)

    assert told(capsys, str(house / "page.docx"), "--form", "summary")["form"] == "summary"
    assert run(["parse", str(house / "page.docx"), "--form", "nonsense"]) == 3


def test_a_file_that_is_not_there_is_told(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3 (cli.md), and the name of the file."""
    assert run(["parse", str(house / "missing.docx")]) == 3
    assert "missing.docx" in capsys.readouterr().err


def test_without_a_configuration_the_shipped_forms_are_used(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trying it out needs nothing but a file; what cannot be known is said."""
    (house / "formclerk.toml").unlink()

    assert run(["parse", str(house / "form.docx"), "--json"]) == 0

    printed = capsys.readouterr()
    assert json.loads(printed.out)["form"] == "request"
    assert "formclerk.toml" in printed.err


def test_the_configuration_may_be_named_before_the_command(
    house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`formclerk -c FILE parse` reads with that house; a configuration that was named must be there."""
    (house / "elsewhere").mkdir()
    monkeypatch.chdir(house / "elsewhere")
    named = str(house / "formclerk.toml")
    assert run(["-c", named, "parse", str(house / "form.docx"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fields"]["liaison"]["value"] == "li.na@example.com"
    assert run(["parse", str(house / "form.docx"), "-c", "nowhere.toml"]) == 2
    assert "nowhere.toml" in capsys.readouterr().err


def test_a_file_without_a_form_ends_with_1(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is told all the same, and a script knows that one of the files was none of ours."""
    (house / "note.txt").write_text("见附件", "utf-8")

    assert run(["parse", str(house / "form.docx"), str(house / "note.txt"), "--json"]) == 1

    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [d["form"] for d in documents] == ["request", None]


def test_a_mail_saved_by_outlook_is_opened(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each document says where it came from."""
    (house / "mail.msg").write_bytes(a_msg({"表.docx": (house / "form.docx").read_bytes()}))

    document = told(capsys, str(house / "mail.msg"))

    assert (document["form"], document["file"]) == ("request", f"{house / 'mail.msg'}/表.docx")


def test_pictures_are_left_to_look_at(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The picture of a signature lies in the folder, named after its slot and nothing that a sender wrote."""
    signed = with_picture((house / "form.docx").read_bytes(), slot_paragraph(), signature_png())
    (house / "signed.docx").write_bytes(signed)
    target = house / "look"

    assert run(["parse", str(house / "signed.docx"), "--pictures", str(target)]) == 0

    assert [each.name for each in target.iterdir()] == ["slot-initiating_head.png"]
    assert str(target / "slot-initiating_head.png") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sight", "name"),
    [
        ("page-1", "request-page-1.png"),
        ("slot.head", "slot-head.png"),
        ("field.departments.0.asked", "field-departments.0.asked.png"),
        ("../../etc/passwd", "etc_passwd.png"),
        ("slot.王芳", "slot-_.png"),
    ],
)
def test_a_picture_is_called_after_what_it_shows(tmp_path: Path, sight: str, name: str) -> None:
    """Whatever a reader calls it, the file stays in the folder."""
    digest = "a" * 64
    reading = Reading(
        file="王芳.pdf",
        digest=digest,
        source=Source.SCAN,
        form="request",
        pictures={digest: b"\x89PNG"},
        sights={sight: digest, "slot.lost": "b" * 64},
    )
    (written,) = save_pictures(reading, tmp_path)
    assert written.parent == tmp_path
    assert written.name == name
