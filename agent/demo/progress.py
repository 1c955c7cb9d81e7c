"""What is shown while the demo plays: the day, who did what, and what the clerk made of it."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.demo.cast import CLERK_NAME
from agent.demo.staff import Did
from agent.domain.words import Language, Words
from agent.service.happenings import Happening, What

_DAYS = (
    Words(zh="周一", en="Monday"),
    Words(zh="周二", en="Tuesday"),
    Words(zh="周三", en="Wednesday"),
    Words(zh="周四", en="Thursday"),
    Words(zh="周五", en="Friday"),
    Words(zh="周六", en="Saturday"),
    Words(zh="周日", en="Sunday"),
)
_KNOWN_ALREADY = (
    "交回《",
    " returned the ",
    "没有滞后任务",
    "no task lags",
    "接受会议邀请",
    "accepted",
    "无需处理",
    "nothing to do",
)
"""The line above says it already, or it is no news."""
_REMINDER = re.compile(r"(?:提醒 ?|reminded )(?P<who>[^；;]+?)(?:：|: )(?P<how>[^；;]+)")
_ASIDE = {
    "review": Words(zh="转人工处理", en="a person looks"),
    "quarantined": Words(zh="已隔离，转人工处理", en="quarantined; a person looks"),
    "ignored": Words(zh="不予处理", en="ignored"),
}


@dataclass
class Progress:
    """See the module; `say` prints a line."""

    language: Language
    zone: ZoneInfo
    say: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)
    _day: date | None = None
    _reminded: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Reminders of one moment, kept to be told in one line: when, who, and how late."""

    def begin(self, folder: Path, *, reads_scans: bool) -> None:
        """Say what is going to be seen, and what cannot be here."""
        chinese = self.language is Language.ZH
        self.say(
            f"一家公司推出新产品，协同助手管它的流程。一切留在 {folder}；时钟为模拟。"
            if chinese
            else f"A company brings a product to market. All is left in {folder}; the clock is simulated."
        )
        self.say(
            "〔〕员工的习惯　↳ 助手据来信办理　⏰ 助手到点办理"
            if chinese
            else "[ ] a habit of somebody   ↳ what the clerk makes of a mail   ⏰ what it does by the clock"
        )

        if not reads_scans:
            self.say(
                "未安装 formclerk[ocr]，扫描件和照片读不了：转人工处理，交表人改交 Word 表格。"
                if chinese
                else "formclerk[ocr] is not installed, so scans and photos cannot be read here: they go to a "
                "person, and the Word form is sent after all."
            )

    def did(self, did: Did, what: Words) -> None:
        """Show what a person did."""
        who = did.who
        where = did.department.in_(self.language)
        marks = "〔{}〕" if self.language is Language.ZH else "[{}]"
        habits = " ".join(marks.format(each.value.in_(self.language)) for each in did.habits)
        self._at(did.at, f"{who} ({where}) {what.in_(self.language)}  {habits}".rstrip())

    def happened(self, happening: Happening) -> None:
        """Show what the clerk did, when it is worth telling."""
        self.counts[happening.what.value] += 1
        facts = happening.facts
        if happening.what is What.SENT:
            self.counts[f"sent {facts.get('letter', '')}"] += 1
        because = happening.because.in_(self.language) if happening.because is not None else ""
        match happening.what:
            case What.DECIDED if (reminder := _REMINDER.fullmatch(because)) is not None:
                self._reminded.append((happening.at, reminder["who"], reminder["how"]))
            case What.DECIDED:
                self._clerk(happening.at, self._news(because), facts.get("timer", ""))
            case What.SETTLED if (aside := _ASIDE.get(facts.get("state", ""))) is not None:
                self._clerk(happening.at, f"{because} → {aside.in_(self.language)}")
            case What.OPERATED | What.FAILED | What.CRASHED | What.UNSURE:
                self._clerk(happening.at, because)
            case _:
                pass

    def _news(self, because: str) -> str:
        separator = "；" if self.language is Language.ZH else "; "
        parts = because.split(separator)
        return separator.join(p for p in parts if not any(known in p for known in _KNOWN_ALREADY))

    def finish(self) -> None:
        """Show what was kept back."""
        kept, self._reminded = self._reminded, []
        groups: dict[tuple[datetime, str], list[str]] = {}
        for at, who, how in kept:
            groups.setdefault((at, how), []).append(who)
        clerk = CLERK_NAME.in_(self.language)
        for (at, how), people in groups.items():
            names = Words.listed(people)
            said = Words(zh=f"提醒{names.zh}：{how}", en=f"reminded {names.en}: {how}").in_(self.language)
            self._line(at, f"⏰ {clerk}: {said}")

    def _clerk(self, at: datetime, words: str, timer: str = "") -> None:
        if not words:
            return
        clerk = CLERK_NAME.in_(self.language)
        if timer:
            self._at(at, f"⏰ {clerk}: {words}")
        else:
            self.finish()
            self._new_day(at)
            self.say(f"         ↳ {clerk}: {words}")

    def _at(self, at: datetime, words: str) -> None:
        self.finish()
        self._line(at, words)

    def _line(self, at: datetime, words: str) -> None:
        local = self._new_day(at)
        self.say(f"  {local:%H:%M}  {words}")

    def _new_day(self, at: datetime) -> datetime:
        local = at.astimezone(self.zone)
        if local.date() != self._day:
            self._day = local.date()
            weekday = _DAYS[self._day.weekday()].in_(self.language)
            day = Words(
                zh=f"{self._day.month}月{self._day.day}日 {weekday}",
                en=f"{weekday}, {self._day.day} {local:%B}",
            )
            self.say("")
            self.say(day.in_(self.language))
        return local
