"""Which letter carries which picture, inline by Content-ID."""

from functools import lru_cache
from typing import TYPE_CHECKING

from agent.domain.effects import Send
from agent.domain.mail import Attachment
from agent.letters.scene import Scene
from agent.letters.values import Tongue

if TYPE_CHECKING:
    from agent.letters.drawing import Drawing
    from agent.letters.fonts import Typeface


def pictures_for(send: Send, scene: Scene, tongue: Tongue) -> tuple[Attachment, ...]:
    """Return the picture of the letter; none when it has none, or there is nothing to draw."""
    case = scene.case
    if case is None or send.letter not in {"tracker", "status"}:
        return ()
    # Imported here: most letters have no picture, and no start waits for what draws them.
    from agent.letters.charts import gantt  # noqa: PLC0415
    from agent.letters.process_picture import picture  # noqa: PLC0415

    match send.letter:
        case "tracker" if case.tasks:
            return (_inline("tracker", gantt(case.tasks, tongue)),)
        case "status":
            return (_inline("process", picture(scene.process, tongue, case)),)
        case _:
            return ()


def _inline(name: str, drawing: "Drawing") -> Attachment:
    from agent.letters.drawing import to_png  # noqa: PLC0415 - as above

    content = to_png(drawing, _typeface())
    return Attachment(name=f"{name}.png", media_type="image/png", content=content, cid=f"{name}@formclerk")


@lru_cache(maxsize=1)
def _typeface() -> "Typeface":
    """Look for fonts once per process: they are not installed while it runs."""
    from agent.letters.fonts import installed  # noqa: PLC0415 - as above

    return installed()
