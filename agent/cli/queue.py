"""`formclerk queue`: mails that wait for a person, with the reason; letters that did not leave."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.case_words import both, moment, words
from agent.cli.language import tr
from agent.cli.opening import office, speaker
from agent.cli.say import AsJson, ConfigFile, Exit, command, say, say_json, say_table, stop
from agent.domain.keywords import Keyword, Said
from agent.domain.words import Words

if TYPE_CHECKING:
    from agent.domain.digest import ReviewLine
    from agent.service.house import House
    from store.letters import Outgoing

_ACTIONS = {"release": Keyword.RELEASE, "drop": Keyword.DROP, "retry": Keyword.RETRY}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "queue",
        zh="待人工处理的邮件（附原因），以及未能发出的信件",
        en="Mails that wait for a person, with the reason, and letters that did not leave",
        examples=("queue", "queue show 17", "queue retry 17", "queue drop 17 --by zhou.min@example.com"),
    )
    def queue(
        action: Annotated[
            str, typer.Argument(metavar=tr("操作", "ACTION"), help="list, show, release, retry, drop")
        ] = "list",
        number: Annotated[
            str | None,
            typer.Argument(
                metavar=tr("编号", "ID"),
                help=tr("邮件编号，或信件的键", "The number of a mail, or the key of a letter"),
            ),
        ] = None,
        *,
        by: Annotated[
            str | None,
            typer.Option("--by", metavar=tr("邮箱", "ADDRESS"), help=tr("由谁决定", "Who decides it")),
        ] = None,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        if action not in {"list", "show", *_ACTIONS}:
            stop(
                Exit.USAGE,
                tr(
                    f"没有“{action}”这个操作，可用：list、show、release、retry、drop",
                    f"“{action}” is not list, show, release, retry or drop",
                ),
            )
        with office(config) as house:
            if action == "list":
                _list(house, as_json=as_json)
            elif number is None:
                stop(Exit.USAGE, tr("请给出编号", "give the number of a mail"))
            elif action == "show":
                _show(house, number, as_json=as_json)
            else:
                _work(house, Said(keyword=_ACTIONS[action], argument=number), by, as_json=as_json)


def _list(house: "House", *, as_json: bool) -> None:
    from agent.service import reviewing  # noqa: PLC0415 - help must come at once
    from store.letters import LetterState  # noqa: PLC0415

    with house.turn(reading=True) as turn:
        mails = reviewing.lines(turn.work)
        stuck = [
            *turn.work.outbox.in_state(LetterState.UNSURE),
            *turn.work.outbox.in_state(LetterState.FAILED),
        ]
        zone = turn.world.workdays.zone
    if as_json:
        say_json(
            {"mails": [_mail_json(each) for each in mails], "letters": [_letter_json(each) for each in stuck]}
        )
        return
    if not mails and not stuck:
        say(tr("没有待处理的邮件。", "Nothing waits for a person."))
    if mails:
        heads = (
            tr("编号", "ID"),
            tr("收到", "ARRIVED"),
            tr("发件人", "FROM"),
            tr("主题", "SUBJECT"),
            tr("原因", "WHY"),
        )
        say_table(
            heads,
            [
                (
                    str(m.number),
                    moment(m.arrived, zone),
                    m.sender,
                    m.subject[:40],
                    words(m.because).partition("\n")[0],
                )
                for m in mails
            ],
        )
    if stuck:
        say()
        say_table(
            (tr("信件", "LETTER"), tr("收件人", "TO"), tr("状态", "STATE"), tr("原因", "WHY")),
            [(o.send.key, ", ".join(o.send.to), o.state.value, o.why.partition("\n")[0]) for o in stuck],
        )


def _first_line(because: Words) -> str:
    """Return why a mail waits, short enough for a table; `show` has all of it."""
    return words(because).partition("\n")[0]


def _show(house: "House", number: str, *, as_json: bool) -> None:
    with house.turn(reading=True) as turn:
        entry = turn.work.inbox.load(int(number)) if number.isdecimal() else None
        found = turn.work.inbox.contents(entry) if entry is not None else None
        zone = turn.world.workdays.zone
    if entry is None:
        stop(Exit.NOT_FOUND, tr(f"没有编号为 {number} 的邮件", f"there is no mail {number}"))
    facts: dict[str, object] = {
        "id": entry.id,
        "state": entry.state.value,
        "message_id": entry.message_id,
        "from": entry.sender,
        "subject": entry.subject,
        "arrived": entry.received_at.isoformat(),
        "because": both(entry.because) if entry.because is not None else None,
        "case": entry.case,
        "blob": str(house.blobs.path(entry.digest)),
        "attachments": [{"name": f.name, "bytes": f.size} for f in found.files] if found is not None else [],
        "problems": list(found.mail.problems) if found is not None else [],
    }
    if as_json:
        say_json(facts)
        return
    say(f"{entry.id}  {entry.state.value}  {moment(entry.received_at, zone)}")
    say(tr(f"发件人：{entry.sender}", f"From: {entry.sender}"))
    say(tr(f"主题：{entry.subject}", f"Subject: {entry.subject}"))
    if entry.because is not None:
        say(tr(f"原因：{entry.because.zh}", f"Why: {entry.because.en}"))
    for file in found.files if found is not None else ():
        say(tr(f"附件：{file.name}（{file.size} 字节）", f"File: {file.name} ({file.size} bytes)"))
    say(tr(f"原始邮件：{facts['blob']}", f"The mail itself: {facts['blob']}"))
    if found is not None:
        say()
        say(found.mail.text[:2000])


def _work(house: "House", said: Said, by: str | None, *, as_json: bool) -> None:
    from agent.service import reviewing  # noqa: PLC0415 - help must come at once

    with house.turn() as turn:
        who = speaker(turn, by).address
        if said.argument.isdecimal():
            done = reviewing.work_item(turn, said, by=who)
        else:
            done = reviewing.work_letter(turn, said.keyword, said.argument, by=who)
        turn.commit()
    done.tell(house)
    if as_json:
        say_json({"id": said.argument, "done": done.known, "what": both(done.what)})
    elif done.known:
        say(words(done.what))
    if not done.known:
        stop(Exit.NOT_FOUND, "" if as_json else words(done.what))


def _mail_json(line: "ReviewLine") -> dict[str, object]:
    return {
        "id": line.number,
        "from": line.sender,
        "subject": line.subject,
        "arrived": line.arrived.isoformat(),
        "because": both(line.because),
        "quarantined": line.quarantined,
    }


def _letter_json(outgoing: "Outgoing") -> dict[str, object]:
    return {
        "key": outgoing.send.key,
        "letter": outgoing.send.letter,
        "case": outgoing.send.case,
        "to": list(outgoing.send.to),
        "state": outgoing.state.value,
        "why": outgoing.why,
    }
