"""`formclerk act CASE …`: what a coordinator may do; decided like a keyword by mail, and journalled."""

from typing import Annotated

import typer

from agent.cli.case_words import both, words
from agent.cli.language import tr
from agent.cli.opening import found, office, speaker
from agent.cli.say import AsJson, By, ConfigFile, Exit, command, say, say_json, stop
from agent.domain.case import Case
from agent.domain.keywords import Keyword
from agent.domain.work_items import ItemId

ACTIONS = {
    "suspend": Keyword.SUSPEND,
    "resume": Keyword.RESUME,
    "cancel": Keyword.CANCEL,
    "withdraw": Keyword.WITHDRAW,
    "hand-over": Keyword.HAND_OVER,
    "add-signer": Keyword.ADD_SIGNER,
    "hurry": Keyword.HURRY,
    "reissue": Keyword.RESEND,
    "accept": Keyword.ACCEPT,
}
"""The words of the command line, and the keyword that each one is."""

_TO_SOMEBODY = frozenset({Keyword.HAND_OVER, Keyword.ADD_SIGNER})
_ABOUT_ITEM = frozenset({Keyword.HAND_OVER, Keyword.ADD_SIGNER, Keyword.RESEND})


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "act",
        zh="协调员操作：暂停、恢复、取消、转办、加签、催办、重发；写入日志，注明何人何故",
        en="What a coordinator may do to a case; journalled with who and why",
        examples=(
            'act XT-2026-0001 suspend --why "春节放假"',
            "act XT-2026-0001 hand-over chen.qiang@example.com --item confirm/研发部/1",
            "act XT-2026-0001 hurry",
        ),
    )
    def act(  # noqa: PLR0913 - each is something that the user may say
        number: Annotated[
            str, typer.Argument(metavar=tr("编号", "CASE"), help=tr("事项编号", "The number of the case"))
        ],
        action: Annotated[
            str,
            typer.Argument(
                metavar=tr("操作", "ACTION"), help=tr("做什么：", "One of: ") + ", ".join(ACTIONS)
            ),
        ],
        argument: Annotated[
            str | None,
            typer.Argument(
                metavar=tr("邮箱", "ADDRESS"), help=tr("转办或加签给谁", "To whom it goes, or who signs")
            ),
        ] = None,
        *,
        item: Annotated[
            str | None,
            typer.Option("--item", metavar=tr("待办", "ITEM"), help=tr("哪一项待办", "Which work item")),
        ] = None,
        by: By = None,
        why: Annotated[str, typer.Option("--why", metavar=tr("原因", "WHY"), help=tr("原因", "Why"))] = "",
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.service import steering  # noqa: PLC0415 - help must come at once

        keyword = ACTIONS.get(action)
        if keyword is None:
            stop(
                Exit.USAGE,
                tr(
                    f"没有“{action}”这个操作，可用：{'、'.join(ACTIONS)}",
                    f"“{action}” is not one of {', '.join(ACTIONS)}",
                ),
            )
        if keyword in _TO_SOMEBODY and argument is None:
            stop(Exit.USAGE, tr("请给出对方的邮箱地址", "give the address of the person"))
        with office(config) as house:
            with house.turn() as turn:
                case = found(turn, number)
                order = steering.Order(
                    case=case.id,
                    keyword=keyword,
                    by=speaker(turn, by).address,
                    argument=argument or "",
                    item=_item(case, keyword, item),
                    why=why,
                )
            came = steering.steer(house, order)
        if as_json:
            say_json({"case": case.id, "done": not came.refused, "because": both(came.because)})
        else:
            said = tr("一分钟内已执行过：", "done within this minute: ") if came.again else ""
            say(said + words(came.because))
        if came.refused:
            stop(Exit.WRONG)


def _item(case: Case, keyword: Keyword, wanted: str | None) -> ItemId | None:
    """Return the item that is meant; the only open one need not be named."""
    waiting = case.open_items()
    known = tr("、", ", ").join(each.id for each in waiting)
    if wanted is not None:
        if not any(each.id == wanted for each in waiting):
            stop(
                Exit.NOT_FOUND,
                tr(
                    f"没有待办“{wanted}”；有：{known}",
                    f"there is no open item “{wanted}”; there are: {known}",
                ),
            )
        return ItemId(wanted)
    if keyword not in _ABOUT_ITEM or not waiting:
        return None  # of a case in which nothing waits the decision says why it may not be
    if len(waiting) != 1:
        stop(
            Exit.USAGE, tr(f"请用 --item 指明待办；有：{known}", f"name one with --item; there are: {known}")
        )
    return waiting[0].id
