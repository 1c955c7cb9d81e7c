"""Content streams (ISO 32000-2, 8 and 9): the words, lines, colours and pictures of a page."""

from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image

from agent.letters.paper.faces import Face
from agent.letters.paper.fonts import Fonts
from agent.letters.paper.laid import Filled, Ruled
from agent.letters.paper.model import Look

_SLANT = 0.21
_THICKER = 0.035
"""Width of the outline that makes letters bold, in sizes."""
_PLAIN = {"1": 1, "L": 8, "RGB": 8}


class Ink:
    """Writes one content stream; `y` counts from the upper edge of a page of `height` points."""

    def __init__(self, fonts: Fonts, height: float) -> None:
        self._fonts = fonts
        self._height = height
        self._out: list[bytes] = []

    def stream(self) -> bytes:
        """Return what was written."""
        return b"\n".join(self._out)

    def raw(self, operators: str) -> None:
        """Write operators as they are."""
        self._out.append(operators.encode("ascii"))

    def say(self, words: str, look: Look, x: float, y: float) -> None:
        """Write `words` with their baseline at `y`."""
        width = self._fonts.faces.width(words, look.size, bold=look.bold)
        slant = _SLANT if look.italic else 0
        self.raw(f"BT {_rgb(look.colour)} rg 1 0 {slant:g} 1 {_n(x)} {_n(self._height - y)} Tm")
        for face, run in self._fonts.faces.runs(words, bold=look.bold):
            thick = self._fonts.is_thickened(face)
            if thick:
                self.raw(f"2 Tr {_n(look.size * _THICKER)} w {_rgb(look.colour)} RG")
            self.raw(f"{face.value} {_n(look.size)} Tf")
            self._out.append(self._fonts.encoded(face, run) + b" Tj")
            if thick:
                self.raw("0 Tr")
        self.raw("ET")
        for drawn, rise in ((look.underline, -0.12), (look.strike, 0.28)):
            if drawn:
                at = self._height - y + rise * look.size
                self.raw(f"{_rgb(look.colour)} RG 0.5 w {_n(x)} {_n(at)} m {_n(x + width)} {_n(at)} l S")

    def fill(self, mark: Filled) -> None:
        """Colour a rectangle."""
        y = self._height - mark.y - mark.height
        self.raw(f"{_rgb(mark.colour)} rg {_n(mark.x)} {_n(y)} {_n(mark.width)} {_n(mark.height)} re f")

    def rule(self, mark: Ruled) -> None:
        """Draw a ruled line."""
        start, end = (
            f"{_n(mark.x)} {_n(self._height - mark.y)}",
            f"{_n(mark.to_x)} {_n(self._height - mark.to_y)}",
        )
        self.raw(f"{_rgb(mark.edge.colour)} RG {_n(mark.edge.width)} w {start} m {end} l S")

    def box(self, x: float, y: float, side: float, colour: str) -> None:
        """Draw an empty box to tick."""
        self.raw(f"{_rgb(colour)} RG 0.9 w {_n(x)} {_n(self._height - y - side)} {_n(side)} {_n(side)} re S")

    def show(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """Draw the picture of that name."""
        at = f"{_n(width)} 0 0 {_n(height)} {_n(x)} {_n(self._height - y - height)} cm"
        self.raw(f"q {at} {name} Do Q")


def default_appearance(look: Look, font: str, size: float) -> str:
    """Return the `DA` of a field: what viewers write with when somebody types (12.7.4.3)."""
    return f"{font} {_n(size)} Tf {_rgb(look.colour)} rg"


def typed_with(words: str, fonts: Fonts) -> bool:
    """Say whether `words` need more than Latin letters."""
    return any(face in {Face.CHINESE, Face.CHINESE_BOLD} for face, _ in fonts.faces.runs(words, bold=False))


def image(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Object:
    """Return a picture as an image XObject; JPEG stays as it is, what shines through becomes white."""
    with Image.open(BytesIO(content)) as opened:
        if opened.format == "JPEG" and opened.mode in {"L", "RGB"}:
            space = "/DeviceGray" if opened.mode == "L" else "/DeviceRGB"
            return _stream(pdf, content, opened.size, space, 8, Name("/DCTDecode"))
        picture: Image.Image = opened
        if opened.mode not in _PLAIN:
            clear = opened.convert("RGBA")
            picture = Image.new("RGB", opened.size, "white")
            picture.paste(clear, mask=clear.getchannel("A"))
        space = "/DeviceRGB" if picture.mode == "RGB" else "/DeviceGray"
        return _stream(pdf, picture.tobytes(), picture.size, space, _PLAIN[picture.mode], None)


def _stream(  # noqa: PLR0913 - the entries of one dictionary
    pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], space: str, bits: int, packed: Name | None
) -> pikepdf.Object:
    entries = {
        "/Type": Name("/XObject"),
        "/Subtype": Name("/Image"),
        "/Width": size[0],
        "/Height": size[1],
        "/ColorSpace": Name(space),
        "/BitsPerComponent": bits,
    }
    if packed is not None:
        entries["/Filter"] = packed
    return pikepdf.Stream(pdf, data, Dictionary(entries))


def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3g}" for at in (0, 2, 4))


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
