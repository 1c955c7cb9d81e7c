"""`formclerk init`: lay out a folder with everything that people may edit."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import asking
from agent.cli.doctor import tell
from agent.cli.language import LANGUAGE, tr
from agent.cli.say import Exit, command, program, say, stop
from agent.cli.unit_file import unit_for

if TYPE_CHECKING:
    from agent.config_values import Raw

_PEOPLE = tr(
    """\
姓名,邮箱,别名,部门,角色,上级,代理人,缺勤开始,缺勤结束,语言
王建国,wang.jianguo@example.com,,管理层,高管,,,,,zh
周敏,zhou.min@example.com,,管理层,分管领导,wang.jianguo@example.com,,,,zh
赵磊,zhao.lei@example.com,,管理层,分管领导,wang.jianguo@example.com,,,,zh
陈静,chen.jing@example.com,,市场部,负责人,zhou.min@example.com,liu.yang@example.com,,,zh
刘洋,liu.yang@example.com,,市场部,员工,,,,,zh
孙浩,sun.hao@example.com,,研发部,负责人,zhao.lei@example.com,,,,zh
马丽,ma.li@example.com,,研发部,员工,,,,,zh
何芳,he.fang@example.com,,财务部,负责人,zhou.min@example.com,,,,zh
郑凯,zheng.kai@example.com,,行政部,负责人;协调员,zhou.min@example.com,,,,zh
""",
    """\
name,email,aliases,department,role,supervisor,deputy,absent_from,absent_until,language
Grace Wong,grace.wong@example.com,,Management,executive,,,,,en
Martin Frey,martin.frey@example.com,,Management,supervisor,grace.wong@example.com,,,,en
Ana Costa,ana.costa@example.com,,Management,supervisor,grace.wong@example.com,,,,en
Chloe Martin,chloe.martin@example.com,,Marketing,head,martin.frey@example.com,leo.young@example.com,,,en
Leo Young,leo.young@example.com,,Marketing,staff,,,,,en
Sam Hart,sam.hart@example.com,,Engineering,head,ana.costa@example.com,,,,en
Mary Lee,mary.lee@example.com,,Engineering,staff,,,,,en
Helen Field,helen.field@example.com,,Finance,head,martin.frey@example.com,,,,en
Karl Zeller,karl.zeller@example.com,,Office,head;coordinator,martin.frey@example.com,,,,en
""",
)

_HOLIDAYS = tr(
    "日期,类型,名称,部门\n",
    "date,day,name,department\n",
)
"""The heads only: days of the company's own."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "init",
        zh="建立工作目录：带注释的配置、示例通讯录和可修改的流程包",
        en="Lay out a folder: a commented configuration, a sample directory, the process pack to edit",
        examples=("init clerk", "init --yes clerk"),
    )
    def init(
        folder: Annotated[
            Path,
            typer.Argument(
                metavar=tr("目录", "DIR"), help=tr("新目录，或空目录", "A new folder, or an empty one")
            ),
        ],
        *,
        yes: Annotated[
            bool,
            typer.Option("--yes", "-y", help=tr("不提问，一律用默认值", "Ask nothing, take every default")),
        ] = False,
    ) -> None:
        from agent import config  # noqa: PLC0415 - help must come at once
        from agent.config_text import commented  # noqa: PLC0415
        from agent.resources import doc_templates  # noqa: PLC0415

        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            stop(
                Exit.USAGE,
                tr(
                    f"{folder} 已存在且不为空；为免覆盖，请另选目录",
                    f"{folder} exists and is not empty; nothing is overwritten",
                ),
            )
        asks = sys.stdin.isatty() and sys.stdout.isatty() and not yes
        answers = asking.ask() if asks else asking.Answers()
        chosen = {"process.pack": "collaboration", "calendar.extra": "holidays.csv", **answers.chosen}
        if not asks and tr("zh", "en") == "en":
            chosen["agent.name"] = "Collaboration clerk"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copytree(doc_templates() / "collaboration", folder / "collaboration")
            for name in ("Inbox", "Sent"):
                (folder / "mail" / name).mkdir(parents=True)
            for name in ("data", "secrets", "roots"):
                (folder / name).mkdir(mode=0o700)
            # With a mark, so that Excel shows Chinese; every reader of ours takes it away.
            (folder / "people.csv").write_text(_PEOPLE, encoding="utf-8-sig")
            (folder / "holidays.csv").write_text(_HOLIDAYS, encoding="utf-8-sig")
            (folder / config.NAME).write_text(commented(LANGUAGE, chosen), encoding="utf-8")
            (folder / "formclerk.service").write_text(unit_for(folder, config.NAME), encoding="utf-8")
            asking.keep(folder, answers.secrets)
        except OSError as error:
            stop(Exit.USAGE, f"{error.filename or folder}: {error.strerror}")
        if asks:
            _try_until_it_works(folder, answers, chosen)
        _say_what_stands(folder)


def _try_until_it_works(folder: Path, answers: asking.Answers, chosen: "dict[str, Raw]") -> None:
    """Try the mailbox as `doctor` does; while it refuses, the questions about it may be answered anew."""
    from agent import config  # noqa: PLC0415 - help must come at once
    from agent.config_text import commented  # noqa: PLC0415
    from agent.examination import examine  # noqa: PLC0415
    from agent.findings import Grade  # noqa: PLC0415

    file = folder / config.NAME
    while True:
        say()
        try:
            found = examine(config.load(file))
        except config.ConfigError as error:
            say(error.say(LANGUAGE))
            wrong = True
        else:
            tell(found)
            wrong = any(each.grade is Grade.WRONG and each.check in {"mailbox", "secrets"} for each in found)
        if not wrong or not typer.confirm(
            tr("重新填写邮箱设置？", "Answer about the mailbox anew?"), default=True
        ):
            say()
            return
        asking.ask_mailbox(answers)
        for name in [name for name in chosen if name.startswith("mailbox.")]:
            del chosen[name]
        chosen.update(answers.chosen)
        file.write_text(commented(LANGUAGE, chosen), encoding="utf-8")
        asking.keep(folder, answers.secrets)


def _say_what_stands(folder: Path) -> None:
    say(tr(f"已建立 {folder}：", f"{folder} is laid out:"))
    for name, zh, en in (
        ("formclerk.toml", "配置，每项都有说明", "the configuration, every key with a comment"),
        ("people.csv", "通讯录示例，请换成本公司的", "a sample directory, to be replaced with yours"),
        ("holidays.csv", "本公司另外的放假与上班日", "days off and worked of your own"),
        (
            "collaboration/",
            "流程包，可用 Word 和文本编辑器修改",
            "the process pack, to be edited with Word and a text editor",
        ),
        ("formclerk.service", "systemd 服务单元（已加固）", "the unit for systemd, hardened"),
        ("mail/", "默认邮箱：.eml 文件夹", "the default mailbox: folders of .eml files"),
    ):
        say(f"  {name:<18} {tr(zh, en)}")
    say()
    say(tr("接下来：", "Next:"))
    say(f"  cd {folder}")
    called = program() if program() == "formclerk" else Path(program()).absolute()
    say(f"  {called} doctor")
    say(f"  {called} run")
