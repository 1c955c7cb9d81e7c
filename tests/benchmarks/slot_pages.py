"""Pages with many places to sign, each with something in it that is known: a register of signatures.

The register is a form like any other, built and drawn by the code that builds and draws ours, and printed
by poppler; what stands in its slots comes from `tests.paper`.  A slot counts as what changed within its
edges: a seal stamped in one row reaches into the rows above and below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from agent.domain.effects import FormOrder
from agent.domain.forms import Field, Form, Kind, Slot
from agent.domain.sheets import Sheet
from agent.domain.words import Language, Words
from agent.letters.form_builder.build import build
from agent.letters.form_builder.layout import Layout
from agent.letters.form_builder.phrases import SIGN_OR_TYPE
from agent.letters.forms import fill as send
from agent.letters.paper.draw import draw
from parsers.pages.page import Box
from tests.benchmarks.paper_sheets import FORMS, blank_of
from tests.benchmarks.slot_drawings import DRAWN
from tests.benchmarks.slot_kinds import Stands
from tests.paper import hands, ink, seals, traces
from tests.paper.pages import PaperPage, Pixels, chance
from tests.paper.sheets import SECRET, rendered
from tests.unit.forms.filled import LOOK

_COMPANIES = ("星河科技有限公司", "研发部", "远山精密机械股份有限公司", "江南市第一人民医院")
_HINT = (0xB1, 0xA5, 0x9A)
"""The colour of a prompt in our Word files, as blue, green, red."""
_TOUCHED = 0.004
"""Of a slot's pixels that changed: something reaches into it."""
_CHANGED = 24
"""Levels of 256 by which such a pixel differs."""
_SHARE_EMPTY = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """A form with many slots, as it was sent."""

    form: Form
    pdf: bytes
    boxes: Mapping[str, Box]
    """Slots by their id."""
    days: Mapping[str, Box]
    """The places of the days beside them."""
    prompt: str
    """What is printed palely into every slot, as the Word files have it; empty in the PDF of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A page on paper, and what stands in each slot."""

    roll: Roll
    page: PaperPage
    stands: Mapping[str, Stands]
    trait: Stands
    """What happened to the whole sheet; EMPTY for nothing."""


@lru_cache(maxsize=8)
def roll(number: int) -> Roll:
    """Return one of eight registers: in Chinese or English, upright or lying, without or with a prompt."""
    language, lying = tuple(Language)[number % 2], number % 4 == 3
    some = FORMS["confirmation"]
    slots = tuple(
        Slot(
            id=f"s{at}",
            label=Words(zh=f"{_WHO[at % len(_WHO)][0]}签字", en=f"Signature, {_WHO[at % len(_WHO)][1]}"),
            accepts=some.slots[0].accepts,
        )
        for at in range(4 if lying else 9)
    )
    form = replace(
        some,
        id="register",
        title=Words(zh="会签表", en="Register of signatures"),
        fields=(
            Field(id="subject", label=Words(zh="会签事项", en="Subject"), kind=Kind.TEXT),
            Field(id="number", label=Words(zh="文件编号", en="Number of the document"), kind=Kind.TEXT),
        ),
        slots=slots,
    )
    sheet = Sheet(case="XT-2026-0001", item="sign/1", form=form.id, version=1, language=language)
    built = build(form, Layout(landscape=lying), language)
    word = send(FormOrder(sheet=sheet, values={}), form, built, LOOK).content
    pdf = draw(word, form, sheet, SECRET)
    places = blank_of(pdf).places
    return Roll(
        form=form,
        pdf=pdf,
        boxes={slot.id: places[f"sig.{slot.id}"][1] for slot in slots},
        days={slot.id: places[f"sig.{slot.id}.date"][1] for slot in slots},
        prompt=("", SIGN_OR_TYPE.in_(language))[number // 4 % 2],
    )


def prompted(page: PaperPage, sent: Roll) -> PaperPage:
    """Return a page of the register with the prompts in its slots, if it has any."""
    for box in prompts(sent) if sent.prompt else ():
        page = traces.printed(page, box, sent.prompt, colour=_HINT)
    return page


def prompts(sent: Roll) -> tuple[Box, ...]:
    """Return where the prompts stand."""
    size = 10.0
    wide = sum(size if ord(each) > 0x2E80 else size * 0.5 for each in sent.prompt)
    return tuple(
        Box(box.left + 6, box.centre[1] - size * 0.6, box.left + 6 + wide, box.centre[1] + size * 0.6)
        for box in sent.boxes.values()
    )


_WHO = (
    ("研发部", "development"), ("市场部", "sales"), ("生产部", "production"), ("质量部", "quality"),
    ("采购部", "purchasing"), ("财务部", "finance"), ("人事部", "personnel"), ("法务部", "legal affairs"),
    ("信息中心", "data centre"),
)  # fmt: skip


def filled(seed: int, dpi: int = 200) -> Filled:
    """Return one page; every third has seals, and every second suffered something as a whole."""
    random = chance("slots", seed)
    sent = roll(seed % 8)
    page = prompted(rendered(sent.pdf, dpi)[0], sent)
    ids = list(sent.boxes)
    stands = dict.fromkeys(ids, Stands.EMPTY)
    sealed = _SEALED if seed % 3 == 2 else ()
    trait = _TRAITS[seed // 2 % len(_TRAITS)] if seed % 2 else Stands.EMPTY
    for number, each in enumerate(ids):
        if sealed and random.random() < 0.35:
            stands[each] = sealed[int(random.integers(len(sealed)))]
        elif random.random() > _SHARE_EMPTY:
            stands[each] = _PENS[(seed + number + int(random.integers(3))) % len(_PENS)]
        elif trait is Stands.EMPTY and random.random() < 0.85:
            stands[each] = _LEFT[(seed // 2 + number + int(random.integers(3))) % len(_LEFT)]
    page = _seals(page, sent, stands, seed)
    page = _pens(page, sent, stands, seed)
    page = _trait(page, sent, stands, trait, seed)
    return Filled(roll=sent, page=page, stands=stands, trait=trait)


_SEALED = (Stands.SEAL, Stands.ON_SEAL, Stands.BESIDE_SEAL, Stands.SEAL, Stands.ON_SEAL, Stands.PALE_SEAL)
_PENS = (
    Stands.INK, Stands.INITIALS, Stands.RED, Stands.SCRIBBLE, Stands.FAINT, Stands.SWOOSH, Stands.NAME,
    Stands.TAIL, Stands.INK, Stands.TICK,
)  # fmt: skip
_LEFT = (
    Stands.DIRT, Stands.DROPS, Stands.DATE, Stands.DOTTED, Stands.TYPED, Stands.GREY, Stands.HOLE,
    Stands.STAPLE, Stands.RING,
)  # fmt: skip
_TRAITS = (
    Stands.FOLD, Stands.BACK, Stands.STREAK, Stands.SHADE, Stands.BLOCKS, Stands.BACK, Stands.FOLD,
    Stands.STREAK,
)  # fmt: skip


def _seals(page: PaperPage, sent: Roll, stands: dict[str, Stands], seed: int) -> PaperPage:
    random = chance("rolls of seals", seed)
    for number, (slot, kind) in enumerate(list(stands.items())):
        if kind not in _SEALED:
            continue
        box = sent.boxes[slot]
        x, y = box.centre[0] + random.normal(0, 14), box.centre[1] + random.normal(0, 6)
        if kind is Stands.BESIDE_SEAL:
            x = box.right - random.uniform(30, 60)
        before = page
        page = seals.seal(
            page, (x, y), _COMPANIES[int(random.integers(len(_COMPANIES)))], seed * 10 + number,
            below="合同专用章" if random.random() < 0.3 else "",
            radius=float(random.choice([56.7, 59.5, 63.8])),
            strength=random.uniform(0.3, 0.42) if kind is Stands.PALE_SEAL else random.uniform(0.6, 0.95),
        )  # fmt: skip
        for other in _reached(before, page, sent, slot):
            if stands[other].is_empty:
                stands[other] = Stands.SEAL_NEAR
            elif stands[other].is_inked and stands[other] not in _SEALED:
                stands[other] = Stands.UNDER_OTHERS
    if any(kind in _SEALED for kind in stands.values()):
        stands |= {slot: Stands.RED_BY_SEAL for slot, kind in stands.items() if kind is Stands.RED}
    return page


def _pens(page: PaperPage, sent: Roll, stands: dict[str, Stands], seed: int) -> PaperPage:
    ids, kinds = list(stands), dict(stands)
    for number, slot in enumerate(ids):
        box, mine, before = sent.boxes[slot], seed * 100 + number, page
        kind = kinds[slot]
        if kind is Stands.TAIL:
            beside = [ids[at] for at in (number + 1, number - 1) if 0 <= at < len(ids)]
            into = next((each for each in beside if kinds[each].is_empty), None)
            page = ink.sign(page, box, mine, size=1.0 + 0.4 * (mine % 2))
            if into is not None:
                page = traces.tail(page, box, sent.boxes[into], mine)
            stands[slot] = Stands.INK
        elif kind is Stands.DATE:
            day = sent.days[slot]
            left = Box(day.left - 8 - mine % 28, day.top + 12, day.right, day.bottom)
            page = hands.write(page, left, "2026.3.2", mine, size=13)
        elif kind in DRAWN:
            page = DRAWN[kind](page, box, mine)
        for other in _reached(before, page, sent, slot):
            if stands[other] in {Stands.EMPTY, Stands.SEAL_NEAR, *_LEFT}:
                stands[other] = Stands.TAIL if kind not in _LEFT else kind
            elif stands[other].is_inked and not stands[other].has_red:
                stands[other] = Stands.TOUCHED
    return page


def _trait(page: PaperPage, sent: Roll, stands: dict[str, Stands], trait: Stands, seed: int) -> PaperPage:
    box = list(sent.boxes.values())[chance("where", seed).integers(len(sent.boxes))]
    before = page
    if trait is Stands.FOLD:
        boxes = list(sent.boxes.values())
        for number in range(1 + seed % 3):
            page = traces.folded(page, boxes[(seed + 3 * number) % len(boxes)], seed + number)
    elif trait is Stands.SHADE:
        page = traces.shaded(page, box, seed)
    elif trait is Stands.BACK:
        page = traces.shown_through(page, _back(seed, int(page.dpi)), seed)
    for slot in _reached(before, page, sent, ""):
        if stands[slot] is Stands.EMPTY:
            stands[slot] = trait
    if trait in {Stands.BLOCKS, Stands.STREAK}:
        stands |= {slot: trait for slot, kind in stands.items() if kind is Stands.EMPTY}
    return page


@lru_cache(maxsize=8)
def _back_of(number: int, dpi: int) -> PaperPage:
    sent = roll(number)
    page = rendered(sent.pdf, dpi)[0]
    for at, box in enumerate(sent.boxes.values()):
        page = ink.sign(page, box, number * 50 + at)
    return page


def _back(seed: int, dpi: int) -> PaperPage:
    return _back_of(seed // 2 % 2 + 2 * (seed // 2 % 2 == 0), dpi)


def streaks(pixels: Pixels, places: Sequence[tuple[float, float]], seed: int) -> Pixels:
    """Return a scan of a page whose trait is STREAK with streaks through these columns."""
    return traces.streaked(pixels, list(places), seed)


def _reached(before: PaperPage, after: PaperPage, sent: Roll, own: str) -> list[str]:
    """Return the slots other than `own` in which the page changed."""
    if before is after:
        return []
    found = []
    for slot, box in sent.boxes.items():
        if slot == own:
            continue
        top, bottom = round(box.top * after.scale), round(box.bottom * after.scale)
        left, right = round(box.left * after.scale), round(box.right * after.scale)
        one, two = (each.pixels[top:bottom, left:right].astype(np.int16) for each in (before, after))
        if (np.abs(one - two).max(axis=2) > _CHANGED).mean() > _TOUCHED:
            found.append(slot)
    return found
