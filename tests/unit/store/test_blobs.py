"""Blobs: bytes under their own digest."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from agent.domain.errors import TryLater, WillNotWork
from store.blobs import Blobs

CONTENT = "需求申请表".encode()
DIGEST = sha256(CONTENT).hexdigest()


def test_what_was_put_comes_back(tmp_path: Path) -> None:
    """The digest is all one needs to get the bytes again; putting twice is putting once."""
    blobs = Blobs(tmp_path / "deep" / "blobs")

    assert blobs.put(CONTENT) == blobs.put(CONTENT) == DIGEST
    assert blobs.get(DIGEST) == CONTENT
    assert blobs.path(DIGEST) == tmp_path / "deep" / "blobs" / DIGEST[:2] / DIGEST
    assert list(blobs.names()) == [DIGEST]
    assert not any((tmp_path / "deep" / "blobs" / "drafts").iterdir())


def test_changed_and_missing_bytes_are_noticed(tmp_path: Path) -> None:
    """Nobody goes on with bytes that are not the ones that were put."""
    blobs = Blobs(tmp_path)
    blobs.put(CONTENT)
    blobs.path(DIGEST).write_bytes(b"other")
    with pytest.raises(WillNotWork, match="changed"):
        blobs.get(DIGEST)
    blobs.path(DIGEST).unlink()
    assert not blobs.has(DIGEST)
    with pytest.raises(WillNotWork, match="missing"):
        blobs.get(DIGEST)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, f"{'a' * 64}\n"])
def test_only_a_digest_names_a_blob(tmp_path: Path, name: str) -> None:
    """No name leads out of the folder."""
    with pytest.raises(WillNotWork, match="names no blob"):
        Blobs(tmp_path).path(name)


def test_bytes_are_durable_before_they_have_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is: write, fsync, rename, fsync of the folder (promise 2)."""
    deeds: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(handle: int) -> None:
        deeds.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112 - a descriptor
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        deeds.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    blobs = Blobs(tmp_path)
    blobs.put(CONTENT)

    assert deeds[-3:] == ["file", "rename", "folder"]
    deeds.clear()
    Blobs(tmp_path).put(CONTENT)
    assert deeds == ["folder"]


def test_a_copy_without_its_empty_folders_goes_on(tmp_path: Path) -> None:
    """Backup programs leave empty folders out; the next blob that belongs into one makes it again."""
    blobs = Blobs(tmp_path)
    blobs.path(DIGEST).parent.rmdir()
    assert blobs.put(CONTENT) == DIGEST
    assert blobs.get(DIGEST) == CONTENT


def test_a_full_disk_is_a_reason_to_try_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept, no draft is left, and the caller is told that waiting may help."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    blobs = Blobs(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TryLater, match="No space"):
        blobs.put(CONTENT)
    assert list(blobs.names()) == []
    assert not any((tmp_path / "drafts").iterdir())


def test_a_file_is_kept_like_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is copied piece by piece; when the disk is full, no draft is left."""
    source = tmp_path / "large"
    source.write_bytes(CONTENT * 1000)
    blobs = Blobs(tmp_path / "blobs")
    assert blobs.get(blobs.put_file(source)) == CONTENT * 1000
    assert blobs.put_file(source) == blobs.put(CONTENT * 1000)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    source.write_bytes(b"other")
    with pytest.raises(TryLater, match="No space"):
        blobs.put_file(source)
    assert len(list(blobs.names())) == 1
    assert not any((tmp_path / "blobs" / "drafts").iterdir())


def test_several_are_kept_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is durable, twice the same is one blob, and what is known to be durable is not synced again."""
    synced: list[int] = []
    sync = os.fsync
    blobs = Blobs(tmp_path)
    contents = [b"%d" % (number % 20) for number in range(40)]
    assert blobs.put_all(contents) == tuple(sha256(each).hexdigest() for each in contents)
    assert len(list(blobs.names())) == 20
    assert not any((tmp_path / "drafts").iterdir())

    def note(handle: int) -> None:
        synced.append(handle)
        sync(handle)

    monkeypatch.setattr(os, "fsync", note)
    blobs.put_all(contents)
    assert synced == []
    assert Blobs(tmp_path).put(b"1") == sha256(b"1").hexdigest()
    assert len(synced) == 1, "another process may have renamed it a moment ago"


def test_one_of_several_that_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes on as if all of them were there."""
    blobs = Blobs(tmp_path)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(TryLater, match="No space left"):
        blobs.put_all([b"1", b"2", b"3"])
    assert not list(blobs.names())
