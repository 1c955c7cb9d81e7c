"""Pictures become upright pixels with square dots, whatever they were saved as; dangers are refused."""

import struct
import time
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, features

from parsers.complaints import complain
from parsers.limits import STANDARD, Limits
from parsers.scan.pictures import Picture, open_pictures


def marked(mode: str = "RGB", size: tuple[int, int] = (300, 400)) -> Image.Image:
    """Return white paper whose upper left corner is black."""
    image = Image.new("L", size, 255)
    image.paste(0, (0, 0, size[0] // 3, size[1] // 4))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:  # noqa: ANN401 - whatever Pillow takes
    buffer = BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def only(content: bytes, limits: Limits = STANDARD) -> Picture:
    opened = open_pictures(content, limits)
    assert not isinstance(opened, str), opened
    (picture,) = opened
    return picture


def dark_corner(pixels: NDArray[Any]) -> str:
    """Return which corner is black."""
    high, wide = pixels.shape[:2]
    corners = {
        "upper left": pixels[high // 10, wide // 10],
        "upper right": pixels[high // 10, -wide // 10],
        "lower left": pixels[-high // 10, wide // 10],
        "lower right": pixels[-high // 10, -wide // 10],
    }
    return ", ".join(name for name, colour in corners.items() if colour.mean() < 60)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "PNG"), ("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGBA", "PNG"),
        ("I;16", "PNG"),        ("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"),
        ("RGB", "TIFF"), ("1", "TIFF"), ("CMYK", "TIFF"), ("I;16", "TIFF"), ("F", "TIFF"),
        ("P", "GIF"), ("RGB", "BMP"), ("RGB", "WEBP"), ("RGBA", "WEBP"), ("RGB", "AVIF"),
    ],
)  # fmt: skip
def test_every_kind_of_picture_shows_what_was_saved(mode: str, kind: str) -> None:
    """Palettes, grey of 16 bits, printing colours, transparency: paper is white and ink is black."""
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("Pillow was built without libavif")
    image = marked("L" if mode in {"I;16", "F"} else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    if mode == "F":
        image = Image.fromarray(np.asarray(image).astype(np.float32) / 255)
    pixels = only(saved(image, kind)).pixels
    assert pixels.shape == (400, 300, 3)
    assert pixels.dtype == np.uint8
    assert dark_corner(pixels) == "upper left"
    assert pixels[-20:].mean() > 250


def test_a_smaller_copy_that_a_scanner_put_beside_a_page_is_no_page() -> None:
    """NewSubfileType says which it is; it would make a page that nobody sent, or be refused as tiny."""
    copy = marked("L", (60, 80))
    copy.encoderinfo = {"tiffinfo": {254: 1}}

    pixels = only(saved(marked("L"), "TIFF", save_all=True, append_images=[copy])).pixels

    assert pixels.shape == (400, 300, 3)


def test_every_picture_of_a_heic_file_is_a_page() -> None:
    """Preview on a Mac saves a scan of several pages as one; what is as small as a stamp is none."""
    heif = pytest.importorskip("pillow_heif")
    file = heif.from_pillow(marked())
    for size in ((400, 300), (64, 48)):
        file.add_from_pillow(marked(size=size))
    buffer = BytesIO()
    file.save(buffer)

    opened = open_pictures(buffer.getvalue(), STANDARD)

    assert not isinstance(opened, str)
    assert [each.pixels.shape for each in opened] == [(400, 300, 3), (300, 400, 3)]


def test_what_is_transparent_is_paper() -> None:
    """A signature cut out of its background stands on white, not on black."""
    image = Image.new("RGBA", (300, 400), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 100, 100))
    assert dark_corner(only(saved(image, "PNG")).pixels) == "upper left"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_says_how_it_was_held(kind: str, orientation: int) -> None:
    """All eight ways of EXIF (CIPA DC-008, 4.6.5.A) become the picture as a viewer shows it."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = marked().transpose(undo[orientation]) if orientation in undo else marked()
    tags = Image.Exif()
    tags[0x0112] = orientation
    pixels = only(saved(stored, kind, exif=tags)).pixels
    assert pixels.shape == (400, 300, 3)
    assert dark_corner(pixels) == "upper left"


def test_photos_of_apple_phones_are_opened_upright() -> None:
    """HEIC, which turns pictures by its own boxes; they are turned once and not twice."""
    heif = pytest.importorskip("pillow_heif")
    buffer = BytesIO()
    tags = Image.Exif()
    tags[0x0112] = 6
    stored = marked().transpose(Image.Transpose.ROTATE_90)
    heif.from_pillow(stored).save(buffer, exif=tags.tobytes())
    pixels = only(buffer.getvalue()).pixels
    assert pixels.shape == (400, 300, 3)
    assert dark_corner(pixels) == "upper left"


def test_a_fax_gets_square_dots() -> None:
    """204 × 98 dpi (ITU-T T.4, 2.2) is stretched, so that letters are as high as they were written."""
    fax = saved(marked("1", (1728, 1078)), "TIFF", compression="group4", dpi=(204, 98))
    picture = only(fax)
    high, wide = picture.pixels.shape[:2]
    assert wide == 1728
    assert high == pytest.approx(1078 * 204 / 98, abs=2)
    assert picture.dpi_guess == pytest.approx(204, abs=1)


def test_every_page_of_a_tiff_comes_in_its_order() -> None:
    """A scan of several pages is one file."""
    pages = [Image.new("L", (300, 400), shade) for shade in (250, 150, 50)]
    opened = open_pictures(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), STANDARD)
    assert [round(each.pixels.mean()) for each in opened if isinstance(each, Picture)] == [250, 150, 50]


def test_the_resolution_is_believed_when_it_makes_a_page() -> None:
    """96 dpi on a photo of 4,000 pixels would be a page of a metre."""
    a4 = Image.new("L", (1654, 2339), 255)
    assert only(saved(a4, "PNG", dpi=(200, 200))).dpi_guess == pytest.approx(200, abs=0.1)
    assert only(saved(a4, "JPEG", dpi=(72, 72))).dpi_guess == pytest.approx(200, abs=1)
    assert only(saved(a4, "PNG")).dpi_guess == pytest.approx(200, abs=1)


def test_large_pictures_are_read_smaller() -> None:
    """A photo of 48 million pixels needs no more memory than one of 12."""
    small = Limits(kept_pixels=60_000)
    picture = only(saved(marked(size=(600, 800)), "JPEG", dpi=(100, 100)), small)
    high, wide = picture.pixels.shape[:2]
    assert 50_000 < high * wide <= 61_000
    assert picture.dpi_guess == pytest.approx(100 * wide / 600, rel=0.01)
    assert dark_corner(picture.pixels) == "upper left"


def png(wide: int, high: int, data: bytes = b"") -> bytes:
    """Return a PNG that claims this size and has little in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


JPEG = saved(marked(), "JPEG")
HOSTILE = {
    "a bomb": (png(60_000, 60_000), "picture_too_big"),
    "a smaller bomb": (png(12_000, 9_000, zlib.compress(bytes(12_001 * 9_000))), "picture_too_big"),
    "a thread": (saved(Image.new("1", (1, 60_000)), "PNG"), "tiny_picture"),
    "a ribbon": (saved(Image.new("1", (60_000, 120)), "TIFF", compression="group4"), "tiny_picture"),
    "a dot": (saved(Image.new("L", (1, 1)), "GIF"), "tiny_picture"),
    "half a photo": (JPEG[: len(JPEG) // 2], "unreadable"),
    "the head of a photo": (JPEG[:20], "unreadable"),
    "nothing in it": (png(300, 400), "unreadable"),
    "no picture": (b"%PDF-1.7 nothing", "unreadable"),
    "nothing": (b"", "unreadable"),
    "a broken HEIC": (b"\0\0\0\x18ftypheic" + b"\0" * 90, "unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_a_page_is_named(name: str) -> None:
    """No picture stops the house, and its sender is told what to do instead."""
    content, code = HOSTILE[name]
    begun = time.process_time()
    assert open_pictures(content, STANDARD) == code
    assert time.process_time() - begun < 1
    assert "（" not in complain(code).say.zh, "a code without words"


def test_ten_thousand_pages_are_refused_at_once() -> None:
    """A TIFF is a chain of pages; nobody walks to its end."""
    content = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number in range(10_000):
        tags = [(256, 3, 1, 300), (257, 3, 1, 400), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 10)]
        content += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
        content += struct.pack("<I", 8 + 66 * (number + 1) if number < 9_999 else 0)
    begun = time.process_time()
    assert open_pictures(bytes(content), STANDARD) == "too_many_pages"
    assert time.process_time() - begun < 0.5


def test_a_tiff_that_runs_in_a_circle_ends() -> None:
    """The last page names the first one as the next."""
    tags = [(256, 3, 1, 300), (257, 3, 1, 400), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 10)]
    page = struct.pack("<H", 5) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + struct.pack("<I", 8)
    assert isinstance(open_pictures(b"II*\0" + struct.pack("<I", 8) + page, STANDARD), str)


_SAMPLES = [saved(marked(), kind) for kind in ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_SAMPLES),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 3000),
)
def test_damaged_pictures_never_raise(sample: bytes, damage: list[tuple[int, int]], cut: int) -> None:
    """Whatever bytes arrive, there is a picture within bounds or a reason."""
    content = bytearray(sample)
    for place, byte in damage:
        content[min(place, len(content) - 1)] = byte
    opened = open_pictures(bytes(content[: len(content) - cut]), Limits(picture_pixels=1_000_000))
    assert isinstance(opened, str) or all(each.pixels.shape[2] == 3 for each in opened)
