"""Process packs: a folder with `process.toml`, `forms/*.toml` and the Word files, read into frozen values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from agent.core.definition import build
from agent.core.definition_error import DefinitionError, hinted
from agent.core.form_files import parse
from agent.domain.forms import Form
from agent.domain.process import Process
from agent.domain.words import Language, Words
from agent.resources import doc_templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A process definition and the folder that its Word files are in."""

    process: Process
    folder: Path

    def word(self, form: str, language: Language) -> bytes:
        """Return the Word file of `form` in `language`.

        Raises:
            DefinitionError: the pack has no such file.
        """
        return word_file(self.folder, form, language)


def load(name_or_folder: str, base: Path) -> Pack:
    """Load a shipped pack by its name, or the pack in a folder; a relative folder is relative to `base`.

    Raises:
        DefinitionError: there is no such pack, or something in its files is wrong.
    """
    folder = find(name_or_folder, base)
    forms = load_forms(folder)
    process = build(_toml(folder / "process.toml", folder), forms, digest_of(folder))
    return Pack(process=process, folder=folder)


def find(name_or_folder: str, base: Path) -> Path:
    """Return the folder of a pack: a folder wins over a shipped pack of the same name.

    Raises:
        DefinitionError: there is neither.
    """
    folder = base / name_or_folder
    if name_or_folder and folder.is_dir():
        return folder.resolve()
    shipped = {each.name: each for each in doc_templates().iterdir() if each.is_dir()}
    if name_or_folder in shipped:
        return shipped[name_or_folder]
    why = Words(
        zh=f"没有流程包“{name_or_folder}”，自带的和 {base} 中都没有",
        en=f"there is no process pack “{name_or_folder}”, neither shipped nor in {base}",
    )
    raise DefinitionError("process", "", "pack", hinted(why, name_or_folder, shipped))


def load_forms(folder: Path) -> Mapping[str, Form]:
    """Return every form of the pack in `folder` by its id, in the order of their names.

    Raises:
        DefinitionError: a form file is wrong, or its name is not its id.
    """
    forms: dict[str, Form] = {}
    for path in sorted((folder / "forms").glob("*.toml")):
        form = parse(_toml(path, folder), path.relative_to(folder).as_posix())
        if form.id != path.stem:
            why = Words(zh=f"“{form.id}”须与文件名相同", en=f"“{form.id}” must be the name of the file")
            raise DefinitionError(path.relative_to(folder).as_posix(), "", "id", why)
        forms[form.id] = form
    if not forms:
        why = Words(zh=f"{folder} 中没有表格文件", en=f"there is no form file in {folder}")
        raise DefinitionError("forms", "", "", why)
    return forms


def word_file(folder: Path, form: str, language: Language) -> bytes:
    """Return the Word file of `form` in `language`, from the pack in `folder`.

    Raises:
        DefinitionError: the pack has no such file.
    """
    return _read(folder / language.value / f"{form}.docx", folder)


def layout_of(folder: Path, form: str) -> Mapping[str, object]:
    """Return the `[layout]` table of a form file; `load_forms` has checked it.

    Raises:
        DefinitionError: the file is missing or no TOML.
    """
    found = _toml(folder / "forms" / f"{form}.toml", folder).get("layout", {})
    return found if isinstance(found, dict) else {}


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over the definition files (`process.toml`, `forms/*.toml`), names included.

    Line ends do not count: the same pack has the same digest after a checkout on Windows.
    """
    whole = sha256()
    for path in (folder / "process.toml", *sorted((folder / "forms").glob("*.toml"))):
        content = _read(path, folder).replace(b"\r\n", b"\n")
        name = path.relative_to(folder).as_posix()
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _toml(path: Path, folder: Path) -> dict[str, object]:
    try:
        return tomllib.loads(_read(path, folder).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        why = Words(zh=f"不是 TOML：{fault}", en=f"is no TOML: {fault}")
        raise DefinitionError(path.relative_to(folder).as_posix(), "", "", why) from fault


def _read(path: Path, folder: Path) -> bytes:
    try:
        return _bytes(path, path.stat().st_mtime_ns)
    except OSError as fault:
        why = Words(zh=f"无法读取：{fault.strerror}", en=f"cannot be read: {fault.strerror}")
        raise DefinitionError(path.relative_to(folder).as_posix(), "", "", why) from fault


@lru_cache(maxsize=128)
def _bytes(path: Path, _changed: int) -> bytes:
    return path.read_bytes()
