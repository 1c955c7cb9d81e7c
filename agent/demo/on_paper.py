"""Habits with PDF and paper: signed with a certificate, photographed, scanned, and confirmed by mail."""

# ruff: noqa: E501 - what people write stands in both languages side by side, a sentence a line

from collections.abc import Mapping
from datetime import date, time

from agent.demo import camera, company, signing
from agent.demo.habits import Habit
from agent.demo.printout import Printout
from agent.demo.staff import Desk
from agent.demo.word import Paper
from agent.domain.words import Words

SEALS = {
    "zhou.min": Words(zh="星河科技有限公司财务部", en="XINGHE TECHNOLOGY FINANCE"),
}


def sign_with_certificate(desk: Desk, slot: str, words: Mapping[str, str], *, after: int, at: str) -> None:
    """Fill in the PDF on the screen and sign it with a certificate of the company."""
    name, form = desk.mail.pdfs[0]
    day = desk.day(after)
    filled = signing.filled(form, {**words, f"sigdate.{slot}": f"{day}"})
    when = desk.staff.calendar.moment(day, time.fromisoformat(at))
    done = signing.signed(filled, f"sig.{slot}", company.identity(desk.who, desk.staff.company), when)
    desk.reply(
        Words(zh="同意，已在 PDF 上数字签名。", en="Agreed; I signed the PDF with my certificate."),
        after=after, at=at, files=((name, done),), habit=Habit.DIGITAL,
    )  # fmt: skip


def photograph(desk: Desk, slot: str, answer: tuple[str, str], *, after: int, at: str) -> None:
    """Print the PDF, tick, sign, stamp, and take a photo of it on the desk."""
    day = desk.day(after)
    sheet = Printout(desk.mail.pdfs[0][1])
    sheet.tick(*answer)
    sheet.sign(f"sig.{slot}", desk.who.key)
    sheet.seal(f"sig.{slot}", SEALS[desk.who.key].in_(desk.staff.company))
    sheet.write_day(f"sigdate.{slot}", day, desk.who.key)
    photo = camera.photographed(sheet.paper, desk.who.key)
    desk.reply(
        Words(zh="已签字盖章，照片见附件。", en="Signed and stamped; please see the photo."),
        after=after, at=at, files=((f"IMG_{day:%Y%m%d}.jpg", photo),), habit=Habit.PHOTO,
    )  # fmt: skip


def scan(  # noqa: PLR0913 - what is typed, written, written over and signed
    desk: Desk, words: Mapping[str, str], when: tuple[str, date, date], slot: str, *, after: int, at: str
) -> None:
    """Fill in the PDF, print it, date and sign it with a pen, and scan it; one date was written over.

    Args:
        desk: where it lies.
        words: what is typed.
        when: the place of a date, the date that was written first, and the one that was written over it.
        slot: where to sign.
        after: workdays from now.
        at: wall-clock time.
    """
    place, first, right = when
    sheet = Printout(signing.filled(desk.mail.pdfs[0][1], words))
    sheet.write_day(place, right, desk.who.key, over=first)
    sheet.smudge(place)
    sheet.sign(f"sig.{slot}", desk.who.key)
    day = desk.day(after)
    sheet.write_day(f"sigdate.{slot}", day, desk.who.key)
    desk.reply(
        Words(zh="整改事项见扫描件。", en="Please find the rework in the scan."),
        after=after, at=at, files=((f"SCAN_{day:%Y%m%d}.pdf", camera.scanned(sheet.paper, desk.who.key)),),
        habit=(Habit.REWORK, Habit.SCAN),
        what=Words(zh="交回《成果验收报告》扫描件：需整改", en="returns the Acceptance report as a scan: rework"),
    )  # fmt: skip


def keep(desk: Desk, paper: Paper) -> None:
    """Keep the same answers as a Word file, in case the paper cannot be read."""
    desk.staff.kept[f"{desk.who.key} on paper"] = paper


def send_word(desk: Desk) -> None:
    """Do as the clerk says that it will go faster: send the Word form."""
    paper = desk.staff.kept.pop(f"{desk.who.key} on paper", None)
    if paper is not None:
        desk.reply(
            Words(zh="改交 Word 表格，内容与纸质件一致。", en="Here is the Word form, the same as on paper."),
            after=0, at="17:00", paper=paper, habit=Habit.WORD_AFTER_ALL,
            what=Words(zh="改交 Word 表格", en="sends the Word form"),
        )  # fmt: skip


def confirm(desk: Desk) -> None:
    """Say what is right where the clerk read something else, and yes to the rest."""
    meant = desk.staff.meant.get(desk.who.key, {})
    lines: list[str] = []
    colon = "：" if desk.says(Words(zh="zh", en="en")) == "zh" else ": "
    for each in desk.mail.asked:
        right = next((words for label, words in meant.items() if each.label.endswith(label)), "")
        if right and right not in each.read:
            lines.append(f"{each.number}{colon}{right}")
    told = "; ".join(lines)
    if len(lines) < len(desk.mail.asked):
        lines.append(desk.says(Words(zh="确认", en="confirm")))
    desk.say(
        "\n".join(lines), after=0, at="10:30", habit=Habit.CONFIRMS,
        what=Words(zh=f"回信确认（{told or '均无误'}）", en=f"confirms by mail ({told or 'all is right'})"),
    )  # fmt: skip
