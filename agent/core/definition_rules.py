"""The rules that a whole definition keeps, so that deciding over it can never be lost for an answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent.core import definition_words as say
from agent.core.definition_circles import check_circles
from agent.core.definition_error import DefinitionError, hinted, is_no
from agent.core.definition_fields import CHECKS_READ, LADDER_READS, WRITES_READ, need, need_statuses
from agent.core.vocabulary import ANY_OUTCOME, CHECKS, PREFILLS, WRITES
from agent.domain.case import ENDED
from agent.domain.forms import Field, Form, Kind
from agent.domain.process import Ladder, Process, RoleKind
from agent.domain.steps import Archive, Circulate, Collect, Cycle, Meeting, Step, Verb, VerbKind
from agent.domain.words import Words

_FILE = "process.toml"
_FIELD = 2
_COLUMN = 3


def validate(process: Process) -> None:
    """Check every name that one part of the definition uses for another, and every road's end.

    Raises:
        DefinitionError: something is named that does not exist, an outcome has no verb, steps wait
            for each other in a circle, or a stage leads nowhere.
    """
    if process.default_profile not in process.profiles:
        raise _fault("profiles", "default", process.default_profile, process.profiles, "profile")
    for profile in process.urgent_profiles - set(process.profiles):
        raise _fault("profiles", "urgent", profile, process.profiles, "profile")
    _first_step(process)
    for key, path in (("named_by", process.named_by), ("profiles.from", process.profile_from)):
        if path:
            _path(process, "", key, path)
    _roles(process)
    for step in process.steps.values():
        _step(process, step)
    for ladder in process.ladders.values():
        _ladder(process, ladder)
    for keyword, verb in process.keywords.items():
        _verb(process, "keywords", keyword.value, verb)
    _stages(process)
    check_circles(process.steps)


def _first_step(process: Process) -> None:
    first = process.steps.get(process.begins)
    if not isinstance(first, Collect) or first.after or first.stage != process.stages[0].id:
        raise DefinitionError(_FILE, "", "begins", say.FIRST)


def _roles(process: Process) -> None:
    for name, source in process.roles.items():
        place = f"roles.{name}"
        for other in source.roles:
            if other not in process.roles:
                raise _fault(place, "is", other, process.roles, "role")
            if process.roles[other].kind is RoleKind.UNION or other == name:
                why = Words(zh=f"“{other}”不能是其中一部分", en=f"“{other}” cannot be part of it")
                raise DefinitionError(_FILE, place, "is", why)
        if source.form:
            path = ".".join(part for part in (source.form, source.field, source.column) if part)
            _path(process, place, "is", path)


def _step(process: Process, step: Step) -> None:
    place = f"stages.{step.stage}.steps.{step.id}"
    for other in step.after:
        if other not in process.steps:
            raise _fault(place, "after", other, process.steps, "step")
    match step:
        case Collect():
            _collect(process, place, step)
        case Meeting():
            form = _form(process, place, "form", step.form)
            _asks(process, place, (*step.invites, step.asks))
            _clock(process, place, step.due)
            if step.at:
                _path(process, place, "at", step.at)
            _calls(place, form, step.prefill, step.writes, ())
        case Circulate():
            _form(process, place, "form", step.form)
            _asks(process, place, (step.to,))
        case Cycle():
            _cycle(process, place, step)
        case Archive():
            if step.form:
                _form(process, place, "form", step.form)


def _collect(process: Process, place: str, step: Collect) -> None:
    form = _form(process, place, "form", step.form)
    _asks(process, place, (step.asks,))
    if step.due_column:
        source = process.roles[step.asks]
        if source.kind is not RoleKind.PERSON_OF_EACH_ROW:
            why = Words(
                zh=f"“{step.asks}”没有可取日期的行", en=f"“{step.asks}” has no row to take a day from"
            )
            raise DefinitionError(_FILE, place, "due_column", why)
        _path(process, place, "due_column", f"{source.form}.{source.field}.{step.due_column}")
    else:
        _clock(process, place, step.due)
    if step.about and not isinstance(process.steps.get(step.about), Collect):
        raise _fault(place, "about", step.about, process.steps, "collect step")
    if step.countersigns and not step.about:
        raise DefinitionError(_FILE, place, "about", say.DOCUMENT)
    _calls(place, form, step.prefill, step.writes, step.checks)
    _signs(place, form, step.signs)
    _outcomes(place, form, step.outcome, step.on, climbs="")
    for value, verb in step.on.items():
        _verb(process, f"{place}.on", value, verb)
    if step.then is not None:
        _verb(process, place, "then", step.then)


def _cycle(process: Process, place: str, step: Cycle) -> None:
    form = _form(process, f"{place}.ask", "form", step.form)
    _asks(process, place, (step.asks, *step.invites, step.recorder))
    _form(process, f"{place}.compile", "form", step.compiled_form)
    minutes = _form(process, f"{place}.meeting", "form", step.minutes_form)
    _clock(process, f"{place}.meeting", step.minutes_due)
    _calls(f"{place}.ask", form, step.prefill, step.writes, ())
    _signs(f"{place}.ask", form, step.signs)
    _calls(f"{place}.meeting", minutes, step.minutes_prefill, step.minutes_writes, ())
    _signs(f"{place}.meeting", minutes, step.minutes_signs)
    moments = [step.ask_at, step.due_at, step.compile_at, step.meeting_at]
    order = [(moment.weekday, moment.at) for moment in moments]
    if order != sorted(order):
        raise DefinitionError(_FILE, place, "ask", say.WEEK)


def _ladder(process: Process, ladder: Ladder) -> None:
    place = f"ladders.{ladder.id}"
    form = _form(process, place, "form", ladder.form)
    if not ladder.rungs:
        raise DefinitionError(_FILE, place, "rungs", say.RUNG)
    need(place, "form", ladder.id, form, LADDER_READS)
    _signs(place, form, ladder.signs)
    _outcomes(place, form, ladder.outcome, ladder.on, climbs=ladder.climbs)
    for rung in ladder.rungs:
        _asks(process, f"{place}.rungs", (rung.asks,))
        _clock(process, f"{place}.rungs", rung.due)
    for value, verb in ladder.on.items():
        _verb(process, f"{place}.on", value, verb)


def _outcomes(place: str, form: Form, outcome: str, on: Mapping[str, Verb], climbs: str) -> None:
    if not outcome:
        for value in on:
            if value != ANY_OUTCOME:
                raise DefinitionError(_FILE, f"{place}.on", value, say.OUTCOME)
        return
    field = form.field(outcome)
    if field is None or field.kind is not Kind.CHOICE:
        known = [f.id for f in form.fields if f.kind is Kind.CHOICE]
        why = Words(zh=f"“{outcome}”不是 {form.id} 的选择栏", en=f"“{outcome}” is no choice of {form.id}")
        raise DefinitionError(_FILE, place, "outcome", hinted(why, outcome, known))
    values = {choice.value for choice in field.choices}
    for value in (*on, climbs) if climbs else tuple(on):
        if value not in values:
            why = Words(zh=f"不是 {form.id}.{outcome} 的选项", en=f"is no choice of {form.id}.{outcome}")
            raise DefinitionError(_FILE, f"{place}.on", value, hinted(why, value, values))
    for value in sorted(values - set(on) - {climbs}):
        if on:
            raise DefinitionError(_FILE, f"{place}.on", value, say.VERB)


def _verb(process: Process, place: str, key: str, verb: Verb) -> None:
    match verb.kind:
        case VerbKind.REOPEN | VerbKind.ASK:
            if not isinstance(process.steps.get(verb.target), Collect):
                raise _fault(place, key, verb.target, process.steps, "collect step")
            if verb.to and verb.to not in process.roles:
                raise _fault(place, key, verb.to, process.roles, "role")
        case VerbKind.RAISE:
            if verb.target not in process.ladders:
                raise _fault(place, key, verb.target, process.ladders, "ladder")
        case VerbKind.GO:
            if process.stage(verb.target) is None:
                raise _fault(place, key, verb.target, (s.id for s in process.stages), "stage")
        case VerbKind.END:
            ends = tuple(status.value for status in ENDED)
            if verb.target not in ends:
                raise _fault(place, key, verb.target, ends, "way to end")
        case VerbKind.DONE | VerbKind.ASK_AGAIN | VerbKind.RELEASE:
            pass


def _stages(process: Process) -> None:
    if not process.stages:
        raise DefinitionError(_FILE, "stages", "", say.STAGE)
    for stage in process.stages:
        place = f"stages.{stage.id}"
        if stage.then is not None:
            _verb(process, place, "then", stage.then)
            if stage.then.kind not in {VerbKind.GO, VerbKind.END}:
                raise DefinitionError(_FILE, place, "then", say.THEN)
        elif not any(isinstance(process.steps[name], Archive) for name in stage.steps):
            raise DefinitionError(_FILE, place, "then", say.NO_THEN)
    order = [stage.id for stage in process.stages]
    for at, stage in enumerate(process.stages):
        forward = stage.then is not None and stage.then.kind is VerbKind.GO
        if forward and stage.then is not None and order.index(stage.then.target) <= at:
            raise DefinitionError(_FILE, f"stages.{stage.id}", "then", say.ONWARDS)
        for step in (process.steps[name] for name in stage.steps):
            if late := [n for n in step.after if order.index(process.steps[n].stage) > at]:
                place = f"stages.{stage.id}.steps.{step.id}"
                why = Words(zh=f"“{late[0]}”属于后面的阶段", en=f"“{late[0]}” belongs to a later stage")
                raise DefinitionError(_FILE, place, "after", why)


def _calls(
    place: str, form: Form, prefill: Mapping[str, str], writes: Sequence[str], checks: Sequence[str]
) -> None:
    for key, names, known in (
        ("prefill", prefill.values(), PREFILLS),
        ("writes", writes, WRITES),
        ("checks", checks, CHECKS),
    ):
        for name in names:
            if name not in known:
                why = Words(zh=f"“{name}”不能用于 {key}", en=f"“{name}” is no name for {key}")
                raise DefinitionError(_FILE, place, key, hinted(why, name, known))
    for name in writes:
        need(place, "writes", name, form, WRITES_READ[name])
        if name == "progress":
            need_statuses(place, form)
    for name in checks:
        need(place, "checks", name, form, CHECKS_READ[name])
    for field in prefill:
        if form.field(field) is None:
            raise _fault(f"{place}.prefill", field, field, (f.id for f in form.fields), "field", of=form.id)


def _signs(place: str, form: Form, slots: Iterable[str]) -> None:
    for slot in slots:
        if slot not in {each.id for each in form.slots}:
            raise _fault(place, "signs", slot, (s.id for s in form.slots), "slot", of=form.id)


def _asks(process: Process, place: str, names: Iterable[str]) -> None:
    for name in names:
        if name not in process.roles:
            raise _fault(place, "from", name, process.roles, "role")


def _clock(process: Process, place: str, name: str) -> None:
    if name not in process.clocks:
        raise _fault(place, "due", name, process.clocks, "clock")


def _form(process: Process, place: str, key: str, name: str) -> Form:
    if name not in process.forms:
        raise _fault(place, key, name, process.forms, "form")
    return process.forms[name]


def _path(process: Process, place: str, key: str, path: str) -> Field:
    parts = path.split(".")
    form = _form(process, place, key, parts[0])
    found = form.field(parts[1]) if len(parts) in {_FIELD, _COLUMN} else None
    if found is not None and len(parts) == _COLUMN:
        found = found.column(parts[2])
    if found is None:
        known = tuple(_paths(form))
        raise _fault(place, key, path, known, "field")
    return found


def _paths(form: Form) -> Iterator[str]:
    for path, _ in form.walk():
        yield f"{form.id}.{path.replace('.*', '')}"


def _fault(  # noqa: PLR0913 - a fault has so many parts
    place: str, key: str, found: str, known: Iterable[str], what: str, *, of: str = ""
) -> DefinitionError:
    return DefinitionError(_FILE, place, key, is_no(what, found, known, of=of))
