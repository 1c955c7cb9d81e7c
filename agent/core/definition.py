"""Build a `Process` from what `process.toml` says; whatever is wrong is named by file, table and key.

Here the words are read; `agent.core.definition_rules` then holds the whole against its rules.
"""

from collections.abc import Mapping

from agent.core import sentences
from agent.core.definition_error import is_no
from agent.core.definition_rules import validate
from agent.core.definition_values import keyword, one_of, prefill, quorum, span, verb, weekly
from agent.core.tables import Table
from agent.domain.forms import Form
from agent.domain.keywords import Keyword
from agent.domain.process import Clock, Ladder, Milestone, Process, RoleSource, Rung, Stage
from agent.domain.steps import Archive, Circulate, Collect, Cycle, Meeting, Order, Step, Verb
from agent.domain.words import Words

FILE = "process.toml"
"""The file of a pack that defines its process."""


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
                why = Words(zh=f"有两个步骤都叫“{step.id}”", en=f"two steps are called “{step.id}”")
                raise table.fault("steps", why)
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
            spans = {default: span(table, name)}
        else:
            inner = table.table(name)
            spans = {profile: span(inner, profile) for profile in inner.keys()}  # noqa: SIM118
            for profile in spans:
                if profile not in profiles:
                    raise inner.fault(profile, is_no("profile", profile, profiles))
            if default not in spans:
                why = Words(
                    zh="缺少此项；默认场景须写明时长", en="is missing; the default profile needs a span"
                )
                raise inner.fault(default, why)
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
            raise inner.fault("is", is_no("sentence about a role", says, sentences.ROLE_SENTENCES))
        roles[name] = source
        titles[name] = Words(zh=inner.text("zh"), en=inner.text("en"))
        inner.close()
    return roles, titles


def _keywords(table: Table) -> Mapping[Keyword, Verb]:
    found: dict[Keyword, Verb] = {}
    for name in table.keys():  # noqa: SIM118 - a Table is no mapping
        found[keyword(table, name, name)] = verb(table, name)
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
        then=verb(table, "then") if table.has("then") else None,
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
            raise table.fault("kind", is_no("kind of step", kind, kinds))
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
        on={value: verb(on, value) for value in on.keys()},  # noqa: SIM118 - a Table is no mapping
        checks=table.texts("checks"),
        writes=table.texts("writes"),
        about=table.text("about", ""),
        countersigns=countersigns,
        tells=table.text("tells", ""),
        signs=table.texts("signs"),
        prefill=prefill(table),
        order=one_of(table, "order", {"parallel": Order.PARALLEL, "sequence": Order.SEQUENCE}, "parallel"),
        quorum=quorum(table),
        then=verb(table, "then") if table.has("then") else None,
        on_demand=table.flag("on_demand"),
        keyword=keyword(table, "keyword", table.text("keyword")) if table.has("keyword") else None,
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
        prefill=prefill(table),
    )


def _cycle(table: Table, stage: str) -> Cycle:
    ask, gather, meeting = table.table("ask"), table.table("compile"), table.table("meeting")
    cycle = Cycle(
        id=table.text("id"),
        stage=stage,
        title=table.words("title"),
        form=ask.text("form"),
        asks=ask.text("from"),
        ask_at=weekly(ask, "at"),
        due_at=weekly(ask, "due"),
        compiled_form=gather.text("form"),
        compile_at=weekly(gather, "at"),
        meeting_at=weekly(meeting, "at"),
        invites=meeting.texts("invites"),
        minutes_form=meeting.text("form"),
        recorder=meeting.text("from"),
        minutes_due=meeting.text("due"),
        after=table.texts("after"),
        writes=ask.texts("writes"),
        signs=ask.texts("signs"),
        prefill=prefill(ask),
        minutes_writes=meeting.texts("writes"),
        minutes_signs=meeting.texts("signs"),
        minutes_prefill=prefill(meeting),
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
        on={value: verb(on, value) for value in on.keys()},  # noqa: SIM118 - a Table is no mapping
        keyword=keyword(table, "keyword", table.text("keyword")) if table.has("keyword") else None,
    )
    table.close()
    return ladder


def _rung(table: Table) -> Rung:
    rung = Rung(asks=table.text("from"), title=table.words("title"), due=table.text("due"))
    table.close()
    return rung
