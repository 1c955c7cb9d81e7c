"""`formclerk people`: the directory as understood."""

from typing import TYPE_CHECKING

import typer

from agent.cli import people_away
from agent.cli.configured import configured
from agent.cli.language import LANGUAGE, tr
from agent.cli.say import AsJson, ConfigFile, Exit, command, group, say, say_json, say_table, stop

if TYPE_CHECKING:
    from agent.domain.absences import Absence
    from agent.domain.people import Person
    from agent.people import People
    from agent.tabular import LineProblem


_HEADS = (("姓名", "Name"), ("邮箱", "Mail"), ("部门", "Department"), ("角色", "Roles"), ("上级", "Above"))


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    people = group(app, "people", zh="通讯录：系统如何理解它", en="The directory as understood")

    @command(
        people,
        "list",
        zh="列出通讯录中的人",
        en="List the people of the directory",
        examples=("people list",),
    )
    def list_people(*, config: ConfigFile = None, as_json: AsJson = False) -> None:
        found = the_people(config)
        away = people_away.learned(configured(config), found.directory)
        if as_json:
            say_json([_facts(person, away.get(person.address)) for person in found.directory.people])
            return
        heads = (
            tr("姓名", "Name"),
            tr("邮箱", "Mail"),
            tr("部门", "Department"),
            tr("角色", "Roles"),
            tr("上级", "Above"),
            tr("不在岗", "Away"),
        )
        everybody = found.directory.people
        rows = (
            (
                *(p.name, p.address, p.department, _roles(p), p.supervisor or ""),
                people_away.in_words(p, away.get(p.address)),
            )
            for p in everybody
        )
        say_table(heads, rows)
        blocking = sum(problem.blocks for problem in found.problems)
        if found.problems:
            say()
            say(
                tr(
                    f"另有 {len(found.problems)} 处需要留意（{blocking} 处必须改）：formclerk people check",
                    f"To look at: {len(found.problems)} ({blocking} must change): formclerk people check",
                )
            )

    @command(
        people,
        "check",
        zh="检查通讯录：重复地址、空缺负责人、上级关系成环等",
        en="Look the directory over: addresses given twice, vacant heads, circles and so on",
        examples=("people check", "people check --json"),
    )
    def check(*, config: ConfigFile = None, as_json: AsJson = False) -> None:
        found = the_people(config)
        blocking = [problem for problem in found.problems if problem.blocks]
        count, departments = len(found.directory.people), len(found.directory.departments())
        notes = len(found.problems) - len(blocking)
        if as_json:
            say_json({"people": count, "problems": [_problem(p) for p in found.problems]})
        else:
            for problem in found.problems:
                say(in_words(problem))
            say(
                tr(
                    f"共 {count} 人，{departments} 个部门；{len(blocking)} 处必须改，另有 {notes} 处提醒。",
                    f"{count} people, {departments} departments; "
                    f"{len(blocking)} to put right, {notes} to look at.",
                )
            )
        if blocking:
            stop(Exit.WRONG)


def in_words(problem: "LineProblem") -> str:
    """Return a problem of a file as one line for people."""
    place = (
        tr(f"第 {problem.line} 行", f"line {problem.line}")
        if problem.line
        else tr("整个文件", "the whole file")
    )
    kind = tr("错误", "error") if problem.blocks else tr("提醒", "note")
    found = f" [{problem.found}]" if problem.found else ""
    return f"{kind}  {place}{tr('：', ': ')}{problem.say.in_(LANGUAGE)}{found}"


def the_people(config: ConfigFile) -> "People":
    """Return the configured directory as understood, with what is wrong in it."""
    from agent import people  # noqa: PLC0415 - help must come at once

    settings = configured(config)
    return people.load(settings.directory.file, settings.agent.language)


def _roles(person: "Person") -> str:
    from agent.people import ROLES  # noqa: PLC0415 - help must come at once

    return "; ".join(tr(words[0], role.value) for role, words in ROLES.items() if role in person.roles)


def _facts(person: "Person", absence: "Absence | None") -> dict[str, object]:
    return {
        "name": person.name,
        "email": person.address,
        "aliases": list(person.aliases),
        "department": person.department,
        "roles": sorted(role.value for role in person.roles),
        "supervisor": person.supervisor,
        "deputy": person.deputy,
        "absent_from": person.absent_from,
        "absent_until": person.absent_until,
        "learned_absence": people_away.facts(absence),
        "language": person.language.value,
    }


def _problem(problem: "LineProblem") -> dict[str, object]:
    return {
        "line": problem.line,
        "code": problem.code,
        "found": problem.found,
        "say": problem.say.in_(LANGUAGE),
        "blocks": problem.blocks,
    }
