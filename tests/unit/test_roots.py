"""The folder of root certificates: what counts, and what doctor says of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from agent import config, examination_paper, roots
from agent.clock import now
from agent.config_sections import Config
from agent.domain.words import Language
from agent.findings import Grade
from tests import certificates as pki
from tests.houses import found as company_files


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    """A configuration whose roots are a folder that exists."""
    file = company_files(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + '\n[signatures]\nroots = "roots"\n', encoding="utf-8")
    (tmp_path / "roots").mkdir()
    return config.load(file)


def put(folder: Path, name: str, *identities: pki.Identity) -> None:
    """Write certificates into one PEM file."""
    pem = b"".join(each.certificate.public_bytes(Encoding.PEM) for each in identities)
    (folder / "roots" / name).write_bytes(pem)


def valid(name: str) -> pki.Identity:
    """Return an authority that is valid now."""
    return pki.issue(name, ca=True, start=now() - timedelta(days=1), end=now() + timedelta(days=9))


def test_every_certificate_of_the_folder_counts(settings: Config, tmp_path: Path) -> None:
    """Bundles and single files, PEM and DER; while nothing changes, the value travels to the reader once."""
    one, two, three = valid("甲"), valid("乙"), valid("丙")
    put(tmp_path, "bundle.pem", one, two)
    (tmp_path / "roots" / "three.CER").write_bytes(three.der)
    (tmp_path / "roots" / "README.txt").write_bytes(three.der)
    tell = roots.of(settings)

    assert tell() == (one.der, two.der, three.der)
    assert tell() is tell()
    (tmp_path / "roots" / "bundle.pem").unlink()
    assert tell() == (three.der,)


def test_a_folder_that_went_away_leaves_the_roots_as_they_were(settings: Config, tmp_path: Path) -> None:
    """A share that is away for a minute must not make every signature doubtful."""
    put(tmp_path, "a.pem", one := valid("甲"))
    tell = roots.of(settings)
    assert tell() == (one.der,)
    (tmp_path / "roots").rename(tmp_path / "away")
    assert tell() == (one.der,)
    (tmp_path / "away").rename(tmp_path / "roots")
    assert tell() == (one.der,)


def test_doctor_looks_at_every_certificate(settings: Config, tmp_path: Path) -> None:
    """Valid, expired, unreadable: each is told in both languages, with what to do."""
    put(tmp_path, "good.pem", valid("甲"))
    put(
        tmp_path,
        "old.pem",
        pki.issue("乙", ca=True, start=now() - timedelta(days=9), end=now() - timedelta(days=1)),
    )
    (tmp_path / "roots" / "odd.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nodd\n")
    findings = list(examination_paper.signatures(settings))

    assert [each.grade for each in findings] == [Grade.GOOD, Grade.WRONG, Grade.WRONG]
    assert "odd.pem" in findings[1].say.en
    assert "old.pem" in findings[2].say.zh
    assert all(each.do.in_(language) for each in findings[1:] for language in Language)


def test_doctor_misses_roots_that_were_promised(settings: Config, tmp_path: Path) -> None:
    """An empty folder and one that is not there; none configured is a choice."""
    (found,) = examination_paper.signatures(settings)
    assert found.grade is Grade.WRONG
    (tmp_path / "roots").rmdir()
    (found,) = examination_paper.signatures(settings)
    assert found.grade is Grade.WRONG
    (found,) = examination_paper.signatures(config.load(company_files(tmp_path / "other")))
    assert found.grade is Grade.GOOD


def test_doctor_reads_a_word_as_the_daemon_would(settings: Config) -> None:
    """With the extra installed the models load within the limits of the child; without it a person reads."""
    (found,) = examination_paper.paper(settings)
    assert found.check == "paper"
    assert found.grade in {Grade.GOOD, Grade.CARE}
    assert found.say.zh != found.say.en
