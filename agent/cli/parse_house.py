"""What `parse` reads with: the configured house, or the shipped forms where there is none."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from agent import clock, config, packs, people, roots, staging
from agent.cli.configured import SAID_FIRST, configured
from agent.cli.language import tr
from agent.cli.say import Exit, complain, stop
from agent.config_sections import Config
from agent.domain.people import Directory
from agent.domain.reading import Reading, Source
from agent.service.copies import SentCopies
from agent.service.reader import About, Copies, Reader
from parsers import complaints
from parsers.documents import Document
from parsers.isolation.child import Died
from parsers.known import Sent
from parsers.limits import STANDARD
from store import migrate
from store.blobs import Blobs
from store.engine import connect
from store.unit import Unit

_SQLITE = "sqlite:///"
_NO_DIRECTORY = (
    "提示：没有找到 formclerk.toml，按自带的表格读取；通讯录为空，人名和部门无法核对。",
    (
        "Note: there is no formclerk.toml; the shipped forms are used, and without a directory "
        "neither people nor departments are known."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingHouse:
    """A reader, and what it reads by; nothing in it writes to the store."""

    reader: Reader
    about: About
    copies: Copies

    def read(self, files: Iterable[Path]) -> Iterator[tuple[Reading, float]]:
        """Yield every document in the files, with the seconds that it took; as the daemon would read them."""
        documents: list[Document] = []
        for file in files:
            content = _content(file)
            try:
                documents.extend(self.reader.unwrap(content, str(file)))
            except Died as error:
                yield _unread(str(file), content, error), 0.0
        began = perf_counter()
        for document, readings in self.reader.each(documents, self.about, self.copies):
            took = perf_counter() - began
            if isinstance(readings, Died):
                yield _unread(document.name, document.content, readings), took
            else:
                yield from ((reading, took / len(readings)) for reading in readings)
            began = perf_counter()


@contextmanager
def opened(given: Path | None, form: str, *, annotate: bool) -> Iterator[ReadingHouse]:
    """Open what there is to read with.

    Args:
        given: the configuration that was named; None to look for one.
        form: read everything as this form.
        annotate: leave pictures of everything.
    """
    settings = _settings(given)
    now = clock.now()
    with ExitStack() as stack:
        trusted: tuple[bytes, ...] = ()
        secret = b""
        copies: Copies = _NoCopies()
        if settings is None:
            complain(tr(*_NO_DIRECTORY))
            pack, directory = packs.load("collaboration", Path.cwd()), Directory(())
        else:
            pack = packs.load(settings.process.pack, settings.file.parent)
            directory = people.load(settings.directory.file, settings.agent.language).directory
            trusted = roots.of(settings)()
            secret, copies = _store(settings, stack)
            now = now.astimezone(settings.agent.zone)
        forms = pack.process.forms
        if form and form not in forms:
            stop(Exit.NOT_FOUND, tr(f"没有“{form}”这张表", f"there is no form “{form}”"))
        reader = Reader(own=frozenset(), secret=secret, limits=STANDARD, roots=lambda: trusted)
        stack.callback(reader.close)
        reader.warm()
        about = About(forms=forms, directory=directory, today=now.date(), form=form, annotate=annotate)
        yield ReadingHouse(reader=reader, about=about, copies=copies)


def _settings(given: Path | None) -> Config | None:
    """Return the configuration; None when none was named and none lies where one would."""
    if given is None and SAID_FIRST.get() is None:
        try:
            given = config.find(None, here=Path.cwd())
        except config.ConfigError:
            return None
    return staging.as_rehearsed(configured(given))


def _store(settings: Config, stack: ExitStack) -> tuple[bytes, Copies]:
    """Return the key of the store's tokens and what finds its sheets; nothing is written or made.

    Without a store there is no key, and in one of an earlier schema no copy.
    """
    url = settings.store.address()
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        return b"", _NoCopies()
    engine = connect(url)
    stack.callback(engine.dispose)
    with Unit(engine, reading=True) as work:
        secret = work.settings.secret()
    if migrate.present(engine) != migrate.newest() or not settings.store.blobs.is_dir():
        return secret, _NoCopies()
    return secret, SentCopies(engine, Blobs(settings.store.blobs))


class _NoCopies:
    """Where nothing is known to have gone out."""

    def of(self, codes: Iterable[str]) -> Mapping[str, tuple[Sent, ...]]:
        """See `Copies`."""
        del codes
        return {}

    def fixed_texts(self, code: str) -> frozenset[str]:
        """See `Copies`."""
        del code
        return frozenset()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        stop(Exit.NOT_FOUND, tr(f"无法读取 {file}：{why}", f"{file} cannot be read: {why}"))


def _unread(name: str, content: bytes, error: Died) -> Reading:
    problem = complaints.complain("unreadable", found=f"{name}: {error}")
    digest = sha256(content).hexdigest()
    return Reading(file=name, digest=digest, source=Source.NONE, pages=0, problems=(problem,))
