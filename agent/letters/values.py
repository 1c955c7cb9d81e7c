"""Values of the case in the words of a reader: names instead of addresses, labels instead of codes."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from agent.domain.answers import Scalar, Value
from agent.domain.forms import Field, Form, Kind, SignatureKind
from agent.domain.mail import Address, address
from agent.domain.people import Directory
from agent.domain.words import Language, Words
from agent.domain.workdays import Workdays
from agent.letters.dates import day_words, moment_words, wall_words
from agent.letters.mime import one_line

HOW_SIGNED: dict[SignatureKind, Words] = {
    SignatureKind.INK: Words(zh="手写签名", en="by hand"),
    SignatureKind.PICTURE: Words(zh="签名图片", en="signature picture"),
    SignatureKind.DIGITAL: Words(zh="数字证书签名", en="digital certificate"),
    SignatureKind.SEAL: Words(zh="盖章", en="seal"),
    SignatureKind.TYPED: Words(zh="键入姓名", en="typed name"),
}
_YES_NO = (Words(zh="否", en="no"), Words(zh="是", en="yes"))
_LONGEST_FOUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """Everything needed to say a value to somebody: language, people, the time of the letter."""

    language: Language
    directory: Directory
    workdays: Workdays
    now: datetime

    @property
    def today(self) -> date:
        """Return the day of the letter at the site."""
        return self.workdays.day_of(self.now)

    def words(self, words: Words) -> str:
        """Return `words` in this language, on one line."""
        return one_line(words.in_(self.language))

    def name(self, who: Address | str | None) -> str:
        """Return the name behind an address; the address itself for a stranger."""
        if not who:
            return ""
        person = self.directory.find(address(who))
        return one_line(person.name if person is not None else who)

    def names(self, everybody: tuple[Address, ...]) -> str:
        """Return names as an enumeration."""
        return self.join(tuple(self.name(who) for who in everybody))

    def join(self, several: tuple[str, ...]) -> str:
        """Return words as an enumeration: `甲、乙` or `A, B`."""
        return ("、" if self.language is Language.ZH else ", ").join(several)

    def day(self, day: date) -> str:
        """Return a day as people write it."""
        return day_words(day, self.language, self.today)

    def moment(self, moment: datetime) -> str:
        """Return a moment as people write it, at the site."""
        return moment_words(moment, self.language, self.workdays.zone, self.now)

    def value(self, value: Scalar, field: Field | None) -> str:
        """Return one value of a form; `field` tells what it is."""
        match value:
            case bool():
                return self.words(_YES_NO[value])
            case datetime():
                return wall_words(value, self.language, self.today)
            case date():
                return self.day(value)
            case Decimal():
                return f"{value.normalize():f}"
            case str():
                return self._text(value, field)

    def _text(self, value: str, field: Field | None) -> str:
        if field is not None and field.kind is Kind.CHOICE:
            choice = field.choice(value)
            return self.words(choice.label) if choice is not None else one_line(value)
        if field is not None and field.kind is Kind.PERSON:
            return self.join(tuple(self.name(each) for each in value.split(";") if each.strip()))
        return one_line(value)

    def field(self, form: Form | None, name: str, value: Value) -> str:
        """Return a whole field; of rows, how many there are."""
        if isinstance(value, tuple):
            return f"{len(value)} 行" if self.language is Language.ZH else f"{len(value)} rows"
        return self.value(value, form.field(name) if form is not None else None)

    def found(self, words: str, field: Field | None = None) -> str:
        """Return what stood on a form, cut where no reader would read on; of a choice, as it is printed."""
        plain = self.words(field.printed(words)) if field is not None else one_line(words)
        return plain if len(plain) <= _LONGEST_FOUND else f"{plain[:_LONGEST_FOUND]}…"
