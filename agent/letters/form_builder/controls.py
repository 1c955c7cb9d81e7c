"""Content controls: always inline (run level), one per field, with tag, alias and bookmark.

Only these survive LibreOffice and WPS (measured); cell-level and repeating controls do not.
"""

from dataclasses import dataclass, field
from itertools import count

from agent.domain.forms import Field, Kind, SignatureKind, Slot
from agent.domain.words import Language
from agent.letters.form_builder import phrases
from agent.letters.form_builder.look import FONT_TICK
from agent.letters.form_builder.pieces import attr, bookmarked, run

LONG_DATE = {Language.ZH: "yyyy年M月d日", Language.EN: "d MMMM yyyy"}
SHORT_DATE = "yyyy-MM-dd"
"""In the narrow cells of rows."""
_LOCALE = {Language.ZH: "zh-CN", Language.EN: "en-GB"}


def bookmark_of(tag: str) -> str:
    """Return the name of the bookmark around the control with `tag`."""
    return f"_fld_{tag.replace('.', '_')}"


@dataclass(slots=True)
class Controls:
    """Makes the controls of one document and numbers them."""

    language: Language
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def of(self, asked: Field, tag: str, *, in_row: bool = False) -> str:
        """Return the empty control of a field or column."""
        label = asked.label.in_(self.language)
        if asked.kind is Kind.CHECKBOX:
            return self._control(tag, label, _TICK, _tick(), locked="" if in_row else "sdtLocked")
        lock = "sdtContentLocked" if asked.given else ("" if in_row else "sdtLocked")
        hint = (
            asked.hint.in_(self.language)
            if asked.hint
            else " "
            if in_row
            else phrases.EMPTY.in_(self.language)
        )
        nature = self._nature(asked, in_row=in_row)
        return self._control(tag, label, nature, _placeholder(hint), locked=lock, empty=True)

    def signature(self, slot: Slot) -> str:
        """Return the control of a signature slot: rich text, so that it takes a picture or a name."""
        typed = SignatureKind.TYPED in slot.accepts
        hint = phrases.SIGN_OR_TYPE if typed else phrases.SIGN_HERE
        inside = _placeholder(hint.in_(self.language))
        return self._control(
            f"sig.{slot.id}",
            slot.label.in_(self.language),
            "<w:richText/>",
            inside,
            locked="sdtLocked",
            empty=True,
        )

    def signature_date(self, slot: Slot) -> str:
        """Return the date beside a signature slot."""
        inside = _placeholder(phrases.PICK_DATE.in_(self.language))
        return self._control(
            f"sig.{slot.id}.date",
            phrases.DATE.in_(self.language),
            self._date(LONG_DATE[self.language]),
            inside,
            locked="sdtLocked",
            empty=True,
        )

    def number(self) -> int:
        """Return the next number that is unique in the document."""
        return next(self._numbers)

    def _nature(self, asked: Field, *, in_row: bool) -> str:
        match asked.kind:
            case Kind.DATE:
                return self._date(SHORT_DATE if in_row else LONG_DATE[self.language])
            case Kind.CHOICE:
                items = "".join(
                    f"<w:listItem w:displayText={attr(c.label.in_(self.language))} w:value={attr(c.value)}/>"
                    for c in asked.choices
                )
                return f"<w:dropDownList>{items}</w:dropDownList>"
            case Kind.DEPARTMENT if not asked.several and not asked.given:
                return "<w:comboBox/>"
            case _:
                return '<w:text w:multiLine="1"/>'

    def _date(self, pattern: str) -> str:
        return (
            f'<w:date><w:dateFormat w:val={attr(pattern)}/><w:lid w:val="{_LOCALE[self.language]}"/>'
            '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
        )

    def _control(  # noqa: PLR0913 - the parts of one element
        self, tag: str, alias: str, nature: str, inside: str, *, locked: str, empty: bool = False
    ) -> str:
        number = self.number()
        lock = f'<w:lock w:val="{locked}"/>' if locked else ""
        showing = "<w:showingPlcHdr/>" if empty else ""
        control = (
            f"<w:sdt><w:sdtPr><w:alias w:val={attr(alias)}/><w:tag w:val={attr(tag)}/>"
            f'<w:id w:val="{number}"/>{lock}{showing}{nature}</w:sdtPr>'
            f"<w:sdtContent>{inside}</w:sdtContent></w:sdt>"
        )
        return bookmarked(bookmark_of(tag), number, control)


_TICK = (
    '<w14:checkbox><w14:checked w14:val="0"/>'
    f'<w14:checkedState w14:val="2612" w14:font="{FONT_TICK}"/>'
    f'<w14:uncheckedState w14:val="2610" w14:font="{FONT_TICK}"/></w14:checkbox>'
)


def _tick() -> str:
    fonts = f'<w:rFonts w:ascii="{FONT_TICK}" w:hAnsi="{FONT_TICK}" w:eastAsia="{FONT_TICK}"/>'
    return run("☐", fonts)


def _placeholder(hint: str) -> str:
    return run(hint, '<w:rStyle w:val="PlaceholderText"/>')
