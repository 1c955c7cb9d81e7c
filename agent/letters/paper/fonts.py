"""The fonts of a PDF: Helvetica, the embedded Chinese subset or `STSong-Light`, and how text is encoded."""

from collections.abc import Callable
from hashlib import sha256

import pikepdf
from pikepdf import Array, Dictionary, Name

from agent.letters.paper.cff import cff
from agent.letters.paper.faces import Face, Faces
from agent.letters.paper.outlines import Outline, Outlines

TYPING = "/Song"
"""The font that viewers write with what people type: whole, and therefore never embedded."""
_SONG_WIDTHS = (
    *(1, (207, 270, 342, 467, 462, 797, 710, 239, 374, 374, 423, 605, 238, 375, 238, 334)),
    *(17, (*((462,) * 10), 238, 238, 605, 605, 605, 344, 748)),
    *(34, (684, 560, 695, 739, 563, 511, 729, 793, 318, 312, 666, 526, 896, 758, 772, 544, 772, 628, 465)),
    *(53, (607, 753, 711, 972, 647, 620, 607, 374, 333, 374, 606, 500, 239, 417, 503, 427, 529, 415, 264)),
    *(72, (444, 518, 241, 230, 495, 228, 793, 527, 524, 524, 504, 338, 336, 277, 517, 450, 652, 466, 452)),
    *(91, (407, 370, 258, 370, 605)),
)
"""Widths of Adobe-GB1 characters 1 to 95 in STSong-Light (Adobe technical note 5093)."""
_RANGE = 100
"""A CMap lists at most so many characters at once (Adobe technical note 5014)."""


class _Subset:
    """The characters of one embedded font that a sheet uses."""

    def __init__(self, outlines: Outlines) -> None:
        self._outlines = outlines
        self._codes: dict[str, int] = {}
        self._drawn: list[Outline] = [outlines.missing()]

    def code(self, character: str) -> int:
        if character not in self._codes:
            self._codes[character] = len(self._drawn)
            self._drawn.append(self._outlines.of(character) or self._drawn[0])
        return self._codes[character]

    def font(self, pdf: pikepdf.Pdf, name: str) -> pikepdf.Object:
        charstrings = [each.charstring for each in self._drawn]
        tag = sha256(b"\0".join(charstrings)).digest()
        letters = "".join(chr(65 + each % 26) for each in tag[:6])
        full = f"{letters}+{name}"
        box = (-200, -300, 1200, 1100)
        file = pdf.make_stream(cff(full, charstrings, box), Subtype=Name("/CIDFontType0C"))
        descriptor = pdf.make_indirect(
            Dictionary(
                Type=Name("/FontDescriptor"),
                FontName=Name(f"/{full}"),
                Flags=4,
                FontBBox=Array(box),
                ItalicAngle=0,
                Ascent=880,
                Descent=-120,
                CapHeight=733,
                StemV=80,
                FontFile3=file,
            )
        )
        widths = [1, Array([each.width for each in self._drawn[1:]])] if self._codes else []
        inner = Dictionary(
            Type=Name("/Font"),
            Subtype=Name("/CIDFontType0"),
            BaseFont=Name(f"/{full}"),
            CIDSystemInfo=Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=descriptor,
            DW=1000,
            W=Array(widths),
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name("/Font"),
                Subtype=Name("/Type0"),
                BaseFont=Name(f"/{full}"),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(inner)]),
                ToUnicode=pdf.make_stream(_to_unicode(self._codes)),
            )
        )


class Fonts:
    """Encodes the words of one PDF and writes the fonts that they need."""

    def __init__(self, faces: Faces) -> None:
        self.faces = faces
        self._subsets: dict[Face, _Subset] = {}
        if faces.embedded is not None:
            regular, bold = faces.embedded
            self._subsets = {Face.CHINESE: _Subset(regular), Face.CHINESE_BOLD: _Subset(bold)}
        self._used: set[Face] = set()

    def encoded(self, face: Face, words: str) -> bytes:
        """Return `words` as the operand of `Tj`, a hexadecimal string (ISO 32000-2, 7.3.4.3)."""
        self._used.add(face)
        if face in {Face.LATIN, Face.LATIN_BOLD}:
            code = words.encode("cp1252", "replace")
        elif face in self._subsets:
            subset = self._subsets[face]
            code = b"".join(subset.code(each).to_bytes(2) for each in words)
        else:
            code = words.encode("utf-16-be", "replace")
        return b"<" + code.hex().encode() + b">"

    def is_thickened(self, face: Face) -> bool:
        """Say whether bold letters must be drawn with an outline, as the font has no bold."""
        return face is Face.CHINESE_BOLD and not self._subsets

    def resources(self, pdf: pikepdf.Pdf, typing: pikepdf.Object) -> Dictionary:
        """Return the fonts that were used, by name; call it when all words are encoded."""
        found: dict[Face, Callable[[], pikepdf.Object]] = {
            Face.LATIN: lambda: _helvetica(pdf, "Helvetica"),
            Face.LATIN_BOLD: lambda: _helvetica(pdf, "Helvetica-Bold"),
            Face.CHINESE: lambda: self._chinese(pdf, Face.CHINESE, typing),
            Face.CHINESE_BOLD: lambda: self._chinese(pdf, Face.CHINESE_BOLD, typing),
        }
        return Dictionary({face.value: make() for face, make in found.items() if face in self._used})

    def _chinese(self, pdf: pikepdf.Pdf, face: Face, typing: pikepdf.Object) -> pikepdf.Object:
        subset = self._subsets.get(face)
        if subset is None:
            return typing
        return subset.font(pdf, "FormclerkBold" if face is Face.CHINESE_BOLD else "Formclerk")


def typing_fonts(pdf: pikepdf.Pdf) -> Dictionary:
    """Return the fonts of the default resources: what viewers write with while somebody types."""
    return Dictionary(
        {
            Face.LATIN.value: _helvetica(pdf, "Helvetica"),
            "/ZaDb": pdf.make_indirect(
                Dictionary(Type=Name("/Font"), Subtype=Name("/Type1"), BaseFont=Name("/ZapfDingbats"))
            ),
            TYPING: _song(pdf),
        }
    )


def _helvetica(pdf: pikepdf.Pdf, name: str) -> pikepdf.Object:
    return pdf.make_indirect(
        Dictionary(
            Type=Name("/Font"),
            Subtype=Name("/Type1"),
            BaseFont=Name(f"/{name}"),
            Encoding=Name("/WinAnsiEncoding"),
        )
    )


def _song(pdf: pikepdf.Pdf) -> pikepdf.Object:
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name("/FontDescriptor"),
            FontName=Name("/STSong-Light"),
            Flags=6,
            FontBBox=Array([-25, -254, 1000, 880]),
            ItalicAngle=0,
            Ascent=880,
            Descent=-120,
            CapHeight=737,
            StemV=58,
        )
    )
    widths = [Array(each) if isinstance(each, tuple) else each for each in _SONG_WIDTHS]
    inner = Dictionary(
        Type=Name("/Font"),
        Subtype=Name("/CIDFontType0"),
        BaseFont=Name("/STSong-Light"),
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("GB1"), Supplement=4
        ),
        FontDescriptor=descriptor,
        DW=1000,
        W=Array(widths),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name("/Font"),
            Subtype=Name("/Type0"),
            BaseFont=Name("/STSong-Light-UniGB-UTF16-H"),
            Encoding=Name("/UniGB-UTF16-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
        )
    )


def _to_unicode(codes: dict[str, int]) -> bytes:
    """Return the CMap that says which characters the codes mean (ISO 32000-2, 9.10.3)."""
    pairs = [f"<{code:04x}> <{character.encode('utf-16-be').hex()}>" for character, code in codes.items()]
    blocks = [
        f"{len(some)} beginbfchar\n" + "\n".join(some) + "\nendbfchar"
        for some in (pairs[at : at + _RANGE] for at in range(0, len(pairs), _RANGE))
    ]
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        + "\n".join(blocks)
        + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
