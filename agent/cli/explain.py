"""`formclerk explain CASE [ITEM]`: why a case stands where it does, and how each due moment came about."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.case_words import both, due_json, due_words, moment, name, words
from agent.cli.language import tr
from agent.cli.opening import found, office
from agent.cli.say import AsJson, ConfigFile, Exit, command, say, say_json, stop
from agent.domain.case import Case, Filing, Held
from agent.domain.confirming import Confirmed
from agent.domain.work_items import WorkItem

if TYPE_CHECKING:
    from store.chain import Entry


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "explain",
        zh="说明一项协同为何如此，每个期限怎样得来",
        en="Say why a case stands where it does, and how each due moment came about",
        examples=("explain XT-2026-0001", "explain XT-2026-0001 confirm/研发部/1 --json"),
    )
    def explain(
        number: Annotated[
            str, typer.Argument(metavar=tr("编号", "CASE"), help=tr("事项编号", "The number of the case"))
        ],
        item: Annotated[
            str | None,
            typer.Argument(
                metavar=tr("待办", "ITEM"), help=tr("待办编号，如 confirm/研发部/1", "A work item")
            ),
        ] = None,
        *,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.core.told import confirmed_words  # noqa: PLC0415 - help must come at once
        from store.codec import EVENT, WORDS  # noqa: PLC0415 - help must come at once

        with office(config) as house, house.turn(reading=True) as turn:
            case = found(turn, number)
            entries = [e for e in turn.work.journal.of_case(case.id) if item is None or _concerns(e, item)]
            zone, directory = turn.world.workdays.zone, turn.world.directory
            process = turn.process(case.process)
            items = _items(case, item)
            timers = [] if item is not None else list(turn.work.timers.of_case(case.id))
        told = [(e, EVENT.load(e.event), WORDS.load(e.because)) for e in entries]
        if as_json:
            say_json(
                {
                    "case": case.id,
                    "history": [
                        {
                            "seq": entry.seq,
                            "at": entry.at.isoformat(),
                            "event": type(event).__name__,
                            "cause": entry.cause,
                            "because": both(because),
                        }
                        for entry, event, because in told
                    ],
                    "items": [
                        {
                            "item": each.id,
                            "holder": each.holder,
                            "asked_of": each.asked_of,
                            "state": each.state.value,
                            "outcome": each.outcome,
                            "due": due_json(each.due),
                            "confirmed": [_confirmed_json(one) for one in _confirmed(case, each)],
                        }
                        for each in items
                    ],
                    "next": [{"timer": timer.key, "due": timer.due.isoformat()} for timer in timers],
                }
            )
            return
        for entry, _, because in told:
            say(f"{moment(entry.at, zone)}  {words(because)}")
        for each in items:
            say()
            say(f"{each.id}  {name(each.holder, directory)}  {each.state.value}  {each.outcome}".rstrip())
            say(f"  {due_words(each.due, zone)}")
            for one in _confirmed(case, each):
                value = words(confirmed_words(process.forms[each.form], one, directory))
                who = name(one.by, directory)
                say(f"  {moment(one.at, zone)}  {tr(f'{who}确认：', f'{who} confirmed: ')}{value}")
        if timers:
            say()
            say(tr("接下来：", "Next:"))
            for timer in timers:
                say(f"  {moment(timer.due, zone)}  {timer.key}")


def _confirmed(case: Case, item: WorkItem) -> tuple[Confirmed, ...]:
    """Return what people confirmed of the form of an item, accepted or not."""
    forms: tuple[Filing | Held, ...] = (*case.filings, *case.held)
    return tuple(one for each in forms if each.item == item.id for one in each.confirmed)


def _confirmed_json(confirmed: Confirmed) -> dict[str, object]:
    return {
        "field": confirmed.field,
        "read": str(confirmed.read) if confirmed.read is not None else None,
        "words": confirmed.words,
        "value": str(confirmed.value),
        "by": confirmed.by,
        "at": confirmed.at.isoformat(),
        "mail": confirmed.mail,
        "picture": confirmed.picture or None,
    }


def _items(case: Case, item: str | None) -> list[WorkItem]:
    if item is None:
        return list(case.open_items())
    one = next((each for each in case.items if each.id == item), None)
    if one is None:
        every = [str(each.id) for each in case.items]
        known = tr("、", ", ").join(get_close_matches(item, every) or every[:3])
        stop(
            Exit.NOT_FOUND,
            tr(
                f"{case.id} 没有待办“{item}”（共 {len(every)} 项，如：{known}）",
                f"{case.id} has no item “{item}” (of {len(every)}, such as: {known})",
            ),
        )
    return [one]


def _concerns(entry: "Entry", item: str) -> bool:
    """Say whether a decision was about `item`: its event names it, or a letter that it led to."""
    return any(f"{item}" in text for text in (entry.event, entry.effects, entry.cause))
