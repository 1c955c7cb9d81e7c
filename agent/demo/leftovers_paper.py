"""What the demo leaves of PDF and paper: what came back, how it was read, and what was asked about it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from agent.demo.leftover import Leftover
from agent.domain.words import Words
from agent.service.copies import SentCopies
from agent.service.house import House
from agent.service.reader import About
from parsers.isolation.child import Died
from parsers.scan.check import missing

_PNG = b"\x89PNG"
_ASKS = ("请确认《", "Please confirm ")
"""In the subject of a letter that asks what is right."""
_DATE = ("完成时间", "When")
"""What the place is called in which a date was written over."""


def worth_opening(
    folder: Path, house: House, forms: Mapping[Path, str], pictures: Mapping[Path, str]
) -> Iterator[Leftover]:
    """Yield the signed PDF, the photo, its page as it was read, the letter that asks, and the crop in it.

    Where scans cannot be read, the last three are missing.

    Args:
        folder: of the demo.
        house: reads the photo once more, and leaves what it saw.
        forms: files of forms that went out and came back, with the subjects of their mails.
        pictures: likewise what was shown in mails of the clerk.
    """
    returned = sorted(path for path in forms if path.parent.name == "returned")
    signed = next((p for p in returned if p.suffix == ".pdf" and b"/ByteRange" in p.read_bytes()), None)
    if signed is not None:
        yield Leftover(path=signed, what=Words(zh="数字签名的 PDF", en="the PDF with a digital signature"))
    photo = next((path for path in returned if path.suffix == ".jpg"), None)
    if photo is not None:
        yield Leftover(
            path=photo,
            what=Words(zh="纸上签字盖章后拍的照片", en="the photo of a form signed and stamped on paper"),
        )
        yield from _as_read(folder, house, photo)
    crops = [path for path, subject in pictures.items() if any(each in subject for each in _ASKS)]
    crop = next((each for each in crops if each.stem.endswith(_DATE)), None)
    if crop is not None:
        number = crop.name.partition(" ")[0]
        for letter in folder.joinpath("mail", "Sent").glob(f"{number} *.eml"):
            yield Leftover(
                path=letter,
                what=Words(
                    zh="请人确认存疑内容的邮件，附原件截图",
                    en="the letter that asks what is right, with crops of the paper",
                ),
            )
        yield Leftover(path=crop, what=Words(zh="存疑日期的截图", en="the crop of the doubtful date"))


def _as_read(folder: Path, house: House, photo: Path) -> Iterator[Leftover]:
    """Read the photo as `parse --pictures` does, and yield its page with everything marked that was found."""
    if missing():
        return
    world = house.world()
    about = About(
        forms=house.pack.process.forms,
        directory=world.directory,
        today=world.workdays.day_of(house.now()),
        annotate=True,
    )
    documents = house.reader.unwrap(photo.read_bytes(), photo.name)
    for _, readings in house.reader.each(documents, about, SentCopies(house.engine, house.blobs)):
        for reading in readings if not isinstance(readings, Died) else ():
            content = reading.pictures.get(reading.sights.get("page-1", ""))
            if content is not None:
                path = folder / "pictures" / f"{photo.stem} as read.{_ending(content)}"
                path.write_bytes(content)
                yield Leftover(
                    path=path,
                    what=Words(
                        zh="识别结果标在照片上（另见 parse --pictures）",
                        en="the same page, marked with what was read (see also parse --pictures)",
                    ),
                )
    house.reader.rest()


def _ending(content: bytes) -> str:
    return "png" if content.startswith(_PNG) else "jpg"
