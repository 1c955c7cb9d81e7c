"""What `formclerk doctor` asks of the things that people wrote: store, directory, calendar, process."""

from collections.abc import Iterator
from pathlib import Path

from agent import calendars, clock, packs, people
from agent.config_sections import Config
from agent.domain.errors import FormclerkError, WillNotWork
from agent.domain.words import Words
from agent.findings import Finding, Grade, good, wrong

_NOVEMBER = 11
"""The State Council publishes the next year in November."""


def store(config: Config) -> Iterator[Finding]:
    """Is the database there, and at the schema of this program?"""
    from store import migrate  # noqa: PLC0415 - only this check pays for it
    from store.engine import connect  # noqa: PLC0415

    file = Path(config.store.url.removeprefix("sqlite:///"))
    if config.store.url.startswith("sqlite") and not file.exists():
        say = Words(zh="数据库尚未建立", en="the database does not exist yet")
        yield good("store", say, Words(zh="首次运行时自动建立", en="the first run makes it"))
        return
    try:
        engine = connect(config.store.address())
        try:
            present = migrate.present(engine)
        finally:
            engine.dispose()
    except FormclerkError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, the person needs one sentence
        # Only the kind: a driver's message can repeat the address with its password.
        say = Words(
            zh=f"数据库无法打开（{type(error).__name__}）",
            en=f"the database cannot be opened ({type(error).__name__})",
        )
        yield wrong(
            "store", say, Words(zh="请检查 [store] url 与密码", en="look at [store] url and its password")
        )
        return
    if present == migrate.newest():
        yield good("store", Words(zh=f"数据库结构 {present}", en=f"database at schema {present}"))
    else:
        say = Words(
            zh=f"数据库结构为 {present or '空'}，程序需要 {migrate.newest()}",
            en=f"the database is at {present or 'nothing'}, this program speaks {migrate.newest()}",
        )
        yield Finding(check="store", grade=Grade.CARE, say=say, do=Words.same("formclerk migrate"))


def directory(config: Config) -> Iterator[Finding]:
    """Can everybody be found, and does every post have a holder?"""
    found = people.load(config.directory.file, config.agent.language)
    count, blocking = len(found.directory.people), sum(p.blocks for p in found.problems)
    say = Words(
        zh=f"通讯录 {count} 人，{blocking} 处必须改，{len(found.problems) - blocking} 处提醒",
        en=f"{count} people in the directory, {blocking} things to put right, "
        f"{len(found.problems) - blocking} to look at",
    )
    do = Words.same("formclerk people check" if found.problems else "")
    grade = Grade.WRONG if blocking else Grade.CARE if found.problems else Grade.GOOD
    yield Finding(check="directory", grade=grade, say=say, do=do)
    if found.directory.find(config.agent.address) is not None:
        say = Words(
            zh=f"{config.agent.address} 是本助手的地址，却也在通讯录中",
            en=f"{config.agent.address} is our own address and somebody's in the directory",
        )
        yield wrong("directory", say, Words(zh="请从通讯录中删去", en="take it out of the directory"))


def calendar(config: Config) -> Iterator[Finding]:
    """Are this year and the next published, and is the company's file sound?"""
    found = calendars.load(config.calendar.country, config.calendar.extra, config.agent.zone)
    today = found.site.day_of(clock.now())
    for problem in found.problems:
        say = Words(
            zh=f"{config.calendar.extra} 第 {problem.line} 行：{problem.say.zh}",
            en=f"{config.calendar.extra} line {problem.line}: {problem.say.en}",
        )
        yield wrong("calendar", say, Words(zh="请改正该行", en="put the line right"))
    missing = found.missing(today)
    for year in (today.year, today.year + 1):
        if year not in missing:
            yield good(
                "calendar", Words(zh=f"{year} 年日历已公布", en=f"the calendar of {year} is published")
            )
            continue
        say = Words(
            zh=f"{year} 年日历尚未公布：该年的时限按周一至周五推算，公布后重算",
            en=f"nobody has published {year}: its deadlines assume Monday to Friday and are provisional",
        )
        if year > today.year and today.month < _NOVEMBER:
            yield good("calendar", say)
            continue
        do = Words(
            zh="请升级 chinesecalendar，或把放假安排写入 [calendar] extra 文件，并加一行“年份,已公布”",
            en="upgrade chinesecalendar, or write the days into the file of [calendar] extra "
            f"with a line “{year},published”",
        )
        grade = Grade.WRONG if year == today.year else Grade.CARE
        yield Finding(check="calendar", grade=grade, say=say, do=do)


def process(config: Config) -> Iterator[Finding]:
    """Is the definition sound, and is every form there in both languages?"""
    pack = packs.load(config.process.pack, config.file.parent)
    missing: list[str] = []
    for form in pack.process.forms:
        for language in type(config.agent.language):
            try:
                pack.word(form, language)
            except WillNotWork:
                missing.append(f"{language.value}/{form}.docx")
    name, version = pack.process.id, pack.process.version
    if missing:
        files = ", ".join(missing)
        say = Words(zh=f"流程包 {name} 缺少：{files}", en=f"the process pack {name} lacks {files}")
        yield wrong("process", say, Words.same("formclerk forms build"))
    else:
        say = Words(
            zh=f"流程 {name} 第 {version} 版，{len(pack.process.forms)} 个表格，中英文齐全",
            en=f"process {name}, version {version}, {len(pack.process.forms)} forms in both languages",
        )
        yield good("process", say, Words.same("formclerk forms check"))
