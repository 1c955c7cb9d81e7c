"""Build a `Process` from what `process.toml` says; whatever is wrong is named by file, table and key.

Here the words are read; `agent.core.definition_rules` then holds the whole against its rules.
"""

from collections.abc import Mapping
from typing import TypeVar

from agent.core import sentences
from agent.core.definition_error import nearest
from agent.core.definition_rules import validate
from agent.core.tables import Table
from agent.domain.forms import Form
from agent.domain.keywords import Keyword
from agent.domain.process import (
    Archive,
    Circulate,
    Clock,
    Collect,
    Cycle,
    Ladder,
    Meeting,
    Milestone,
    Order,
    Process,
    Quorum,
    RoleSource,
    Rung,
    Span,
    Stage,
    Step,
    Verb,
    WeeklyMoment,
)
from agent.domain.words import Words

FILE = "process.toml"
"""The file of a pack that defines its process."""

T = TypeVar("T")


def build(data: Mapping[str, object], forms: Mapping[str, Form], digest: str) -> Process:
    """Return the process that `data` (a parsed `process.toml`) defines over `forms`.

    Args:
        data: The parsed file.
        forms: Every form of the pack by its id.
        digest: SHA-256 over the files of the pack, hexadecimal.

    Raises:
        DefinitionError: a key is missing, unknown or means nothing, or the whole breaks a rule.
    """
    top = Table(data, FILE)
    profiles = top.table("profiles")
    titles = profiles.table("titles")
    names = {name: titles.words(name) for name in titles.keys()}  # noqa: SIM118 - a Table is no mapping
    roles, role_titles = _roles(top.table("roles"))
    stages: list[Stage] = []
    steps: dict[str, Step] = {}
    for table in top.tables("stages"):
        stage, found = _stage(table)
        stages.append(stage)
        for step in found:
            if step.id in steps:
                raise table.fault("steps", f"two steps are called “{step.id}”")
            steps[step.id] = step
    process = Process(
        id=top.text("id"),
        version=top.number("version"),
        digest=digest,
        title=top.words("title"),
        number=top.text("number"),
        begins=top.text("begins"),
        named_by=top.text("named_by", ""),
        profile_from=profiles.text("from", ""),
        profiles=names,
        default_profile=profiles.text("default"),
        urgent_profiles=frozenset(profiles.texts("urgent")),
        clocks=_clocks(top.table("clocks"), names, profiles.text("default")),
        roles=roles,
        role_titles=role_titles,
        stages=tuple(stages),
        steps=steps,
        ladders={ladder.id: ladder for ladder in map(_ladder, top.tables("ladders"))},
        keywords=_keywords(top.table("keywords")),
        milestones=tuple(_milestone(table) for table in top.tables("milestones")),
        forms=forms,
    )
    profiles.close()
    top.close()
    validate(process)
    return process


def _clocks(table: Table, profiles: Mapping[str, Words], default: str) -> Mapping[str, Clock]:
    clocks: dict[str, Clock] = {}
    for name in table.keys():  # noqa: SIM118 - a Table is no mapping
        if isinstance(table.raw(name), str):
            spans = {default: _span(table, name)}
        else:
            inner = table.table(name)
            spans = {profile: _span(inner, profile) for profile in inner.keys()}  # noqa: SIM118
            for profile in spans:
                if profile not in profiles:
                    raise inner.fault(profile, f"is no profile{nearest(profile, profiles)}")
            if default not in spans:
                raise inner.fault(default, "is missing; the default profile needs a span")
        clocks[name] = Clock(name=name, spans=spans)
    return clocks


def _roles(table: Table) -> tuple[Mapping[str, RoleSource], Mapping[str, Words]]:
    roles: dict[str, RoleSource] = {}
    titles: dict[str, Words] = {}
    for name in table.keys():  # noqa: SIM118 - a Table is no mapping
        inner = table.table(name)
        says = inner.text("is")
        source = sentences.role(says)
        if source is None:
            raise inner.fault(
                "is", f"“{says}” is no sentence about a role{nearest(says, sentences.ROLE_SENTENCES)}"
            )
        roles[name] = source
        titles[name] = Words(zh=inner.text("zh"), en=inner.text("en"))
        inner.close()
    return roles, titles


def _keywords(table: Table) -> Mapping[Keyword, Verb]:
    found: dict[Keyword, Verb] = {}
    for name in table.keys():  # noqa: SIM118 - a Table is no mapping
        keyword = _keyword(table, name, name)
        found[keyword] = _verb(table, name)
    return found


def _milestone(table: Table) -> Milestone:
    milestone = Milestone(id=table.text("id"), title=table.words("title"), workday=table.number("workday"))
    table.close()
    return milestone


def _stage(table: Table) -> tuple[Stage, tuple[Step, ...]]:
    name = table.text("id")
    steps = tuple(_step(inner, name) for inner in table.tables("steps"))
    stage = Stage(
        id=name,
        title=table.words("title"),
        steps=tuple(step.id for step in steps),
        then=_verb(table, "then") if table.has("then") else None,
        watches_lag=table.flag("watches_lag"),
    )
    table.close()
    return stage, steps


def _step(table: Table, stage: str) -> Step:
    match kind := table.text("kind"):
        case "collect" | "countersign":
            step: Step = _collect(table, stage, countersigns=kind == "countersign")
        case "meeting":
            step = _meeting(table, stage)
        case "circulate":
            step = Circulate(
                id=table.text("id"),
                stage=stage,
                title=table.words("title"),
                form=table.text("form"),
                to=table.text("to"),
                after=table.texts("after"),
                letter=table.text("letter", "compiled"),
            )
        case "cycle":
            step = _cycle(table, stage)
        case "archive":
            step = Archive(
                id=table.text("id"),
                stage=stage,
                title=table.words("title"),
                after=table.texts("after"),
                form=table.text("form", ""),
                retention=table.text("retention"),
                legal_hold=table.text("legal_hold", ""),
            )
        case _:
            kinds = ("collect", "countersign", "meeting", "circulate", "cycle", "archive")
            raise table.fault("kind", f"“{kind}” is no kind of step{nearest(kind, kinds)}")
    table.close()
    return step


def _collect(table: Table, stage: str, *, countersigns: bool) -> Collect:
    on = table.table("on")
    return Collect(
        id=table.text("id"),
        stage=stage,
        title=table.words("title"),
        form=table.text("form"),
        asks=table.text("from"),
        after=table.texts("after"),
        due=table.text("due", ""),
        due_column=table.text("due_column", ""),
        outcome=table.text("outcome", ""),
        on={value: _verb(on, value) for value in on.keys()},  # noqa: SIM118 - a Table is no mapping
        checks=table.texts("checks"),
        writes=table.texts("writes"),
        about=table.text("about", ""),
        countersigns=countersigns,
        tells=table.text("tells", ""),
        signs=table.texts("signs"),
        prefill=_prefill(table),
        order=_one_of(table, "order", {"parallel": Order.PARALLEL, "sequence": Order.SEQUENCE}, "parallel"),
        quorum=_quorum(table),
        then=_verb(table, "then") if table.has("then") else None,
        on_demand=table.flag("on_demand"),
        keyword=_keyword(table, "keyword", table.text("keyword")) if table.has("keyword") else None,
        form_with_reminder=table.flag("form_with_reminder"),
    )


def _meeting(table: Table, stage: str) -> Meeting:
    return Meeting(
        id=table.text("id"),
        stage=stage,
        title=table.words("title"),
        invites=table.texts("invites"),
        form=table.text("form"),
        asks=table.text("from"),
        after=table.texts("after"),
        at=table.text("at", ""),
        due=table.text("due"),
        writes=table.texts("writes"),
        signs=table.texts("signs"),
        prefill=_prefill(table),
    )


def _cycle(table: Table, stage: str) -> Cycle:
    ask, gather, meeting = table.table("ask"), table.table("compile"), table.table("meeting")
    cycle = Cycle(
        id=table.text("id"),
        stage=stage,
        title=table.words("title"),
        form=ask.text("form"),
        asks=ask.text("from"),
        ask_at=_weekly(ask, "at"),
        due_at=_weekly(ask, "due"),
        compiled_form=gather.text("form"),
        compile_at=_weekly(gather, "at"),
        meeting_at=_weekly(meeting, "at"),
        invites=meeting.texts("invites"),
        minutes_form=meeting.text("form"),
        recorder=meeting.text("from"),
        minutes_due=meeting.text("due"),
        after=table.texts("after"),
        writes=ask.texts("writes"),
        signs=ask.texts("signs"),
        prefill=_prefill(ask),
        minutes_writes=meeting.texts("writes"),
        minutes_signs=meeting.texts("signs"),
        minutes_prefill=_prefill(meeting),
    )
    for inner in (ask, gather, meeting):
        inner.close()
    return cycle


def _ladder(table: Table) -> Ladder:
    on = table.table("on")
    ladder = Ladder(
        id=table.text("id"),
        title=table.words("title"),
        form=table.text("form"),
        rungs=tuple(_rung(inner) for inner in table.tables("rungs")),
        outcome=table.text("outcome"),
        climbs=table.text("climbs"),
        signs=table.texts("signs"),
        on={value: _verb(on, value) for value in on.keys()},  # noqa: SIM118 - a Table is no mapping
        keyword=_keyword(table, "keyword", table.text("keyword")) if table.has("keyword") else None,
    )
    table.close()
    return ladder


def _rung(table: Table) -> Rung:
    rung = Rung(asks=table.text("from"), title=table.words("title"), due=table.text("due"))
    table.close()
    return rung


def _prefill(table: Table) -> Mapping[str, str]:
    inner = table.table("prefill")
    return {field: inner.text(field) for field in inner.keys()}  # noqa: SIM118 - a Table is no mapping


def _quorum(table: Table) -> Quorum | int:
    if not table.has("complete"):
        return Quorum.ALL
    found = table.raw("complete")
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return found
    if found in {each.value for each in Quorum}:
        return Quorum(found)
    raise table.fault("complete", f"must be all, any or a number, found {found!r}")


def _one_of(table: Table, key: str, known: Mapping[str, T], default: str) -> T:
    found = table.text(key, default)
    if found not in known:
        raise table.fault(key, f"“{found}” is none of {', '.join(known)}{nearest(found, known)}")
    return known[found]


def _keyword(table: Table, key: str, name: str) -> Keyword:
    known = {each.value: each for each in Keyword}
    if name not in known:
        raise table.fault(key, f"“{name}” is no keyword{nearest(name, known)}")
    return known[name]


def _verb(table: Table, key: str) -> Verb:
    text = table.text(key)
    found = sentences.verb(text)
    if found is None:
        raise table.fault(
            key, f"“{text}” is no verb; known: done, reopen, ask, done and ask, raise, go to, end"
        )
    return found


def _span(table: Table, key: str) -> Span:
    text = table.text(key)
    found = sentences.span(text)
    if found is None:
        raise table.fault(key, f"“{text}” is no span; write `2 workdays` or `24 hours`")
    return found


def _weekly(table: Table, key: str) -> WeeklyMoment:
    text = table.text(key)
    found = sentences.weekly(text)
    if found is None:
        raise table.fault(key, f"“{text}” is no moment of the week; write `Friday 14:00`")
    return found
