"""Words that a person reads, in every language we ship."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Self, assert_never


class Language(Enum):
    """A language that forms, letters and help texts exist in."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The same words in Chinese and in English; neither may be missing."""

    zh: str
    en: str

    @classmethod
    def same(cls, text: str) -> Self:
        """Return words that need no translation: a name, a number, an address."""
        return cls(zh=text, en=text)

    @classmethod
    def listed(cls, names: Iterable[str]) -> Self:
        """Return names one after the other, as each language puts them."""
        every = tuple(names)
        return cls(zh="、".join(every), en=", ".join(every))

    def in_(self, language: Language) -> str:
        """Return the words in `language`."""
        match language:
            case Language.ZH:
                return self.zh
            case Language.EN:
                return self.en
            case _:
                assert_never(language)
