"""Sheets that several tests look at: printed once, since LibreOffice takes seconds to start."""

from agent.domain.words import Language
from tests.paper.ink import sign
from tests.paper.pages import PaperPage
from tests.paper.seals import seal
from tests.paper.sheets import Order, Printed, filled_all

_ORDERS = (
    Order("confirmation", Language.ZH, seed=1),
    Order("breakdown", Language.ZH, seed=2),
    Order("change", Language.EN, seed=3),
)


def office_sheets() -> tuple[Printed, ...]:
    """Return an upright form, a landscape one and an English one, blank, as LibreOffice prints them."""
    return filled_all(_ORDERS)


def signed(sheet: Printed, seed: int, dpi: int = 150) -> PaperPage:
    """Return the first page of a sheet, signed in every slot and sealed by every second seed."""
    page = sheet.page(1, dpi)
    for number, (tag, (on, box)) in enumerate(sheet.places.items()):
        if on == 1 and tag.startswith("sig.") and not tag.endswith(".date"):
            page = sign(page, box, seed * 31 + number)
            if seed % 2:
                page = seal(page, box.centre, "星河科技有限公司", seed)
    return page
