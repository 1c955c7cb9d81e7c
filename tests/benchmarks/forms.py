"""Reading one filled form in the child as the product does, against unpacking it and parsing its XML."""

from collections.abc import Iterator
from datetime import date
from email import policy
from email.parser import BytesParser

from agent.service.house import House
from parsers.isolation.child import Isolated, Kept
from parsers.known import Known
from parsers.reading import read_document
from tests.benchmarks.figures import Figure, middle
from tests.benchmarks.floors import parse_word, seconds
from tests.benchmarks.town import scratch, town
from tests.houses import MONDAY
from tests.pack_files import filled_forms

_CHILD = "parsers.reading:read_document"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Time the filled, signed request, and the slowest form of the pack with every field filled."""
    rounds = 5 if quick else 30
    with scratch() as folder, town(folder, 1) as place:
        known = known_of(place.house)
        request = document_of(place.replies[0])
    with Isolated() as child:
        kept = Kept(known)
        yield _figure("reading a filled form", request, rounds, child, kept, "the request")
        every = {f"{each.form.id} {each.language.value}": each.content for each in filled_forms()}
        took = {
            name: middle([seconds(read_document, content, "form.docx", known) for _ in range(3)])
            for name, content in every.items()
        }
        name = max(took, key=lambda each: took[each])
        yield _figure("reading the slowest form", every[name], rounds, child, kept, name)


def known_of(house: House) -> Known:
    """Return what a reader of this house knows."""
    return Known(
        forms=house.pack.process.forms,
        directory=house.world().directory,
        secret=house.secret,
        today=date(MONDAY.year, MONDAY.month, MONDAY.day),
    )


def document_of(raw: bytes) -> bytes:
    """Return the Word file that came with a mail."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    (content,) = [part.get_payload(decode=True) for part in message.iter_attachments()]
    assert isinstance(content, bytes)
    return content


def _figure(name: str, content: bytes, rounds: int, child: Isolated, kept: Kept, note: str) -> Figure:  # noqa: PLR0913
    work = (child.call, _CHILD, content, "form.docx", kept)
    seconds(*work)
    ours, floors = [], []
    for _ in range(rounds):
        floors.append(seconds(parse_word, content))
        ours.append(seconds(*work))
    return Figure(
        name=name,
        value=middle(ours) * 1000,
        unit="ms",
        floor=middle(floors) * 1000,
        under=50,
        note=f"{note}, {len(content) // 1000} kB",
    )
