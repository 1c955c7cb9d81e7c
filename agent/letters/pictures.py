"""Which letter carries which picture, inline by Content-ID."""

from functools import lru_cache

from agent.domain.effects import Send
from agent.domain.mail import Attachment
from agent.letters.charts import gantt
from agent.letters.drawing import Drawing, to_png
from agent.letters.fonts import Typeface, installed
from agent.letters.process_picture import picture
from agent.letters.scene import Scene
from agent.letters.values import Tongue


def pictures_for(send: Send, scene: Scene, tongue: Tongue) -> tuple[Attachment, ...]:
    """Return the picture of the letter; none when it has none, or there is nothing to draw."""
    case = scene.case
    if case is None:
        return ()
    match send.letter:
        case "tracker" if case.tasks:
            return (_inline("tracker", gantt(case.tasks, tongue)),)
        case "status":
            return (_inline("process", picture(scene.process, tongue, case)),)
        case _:
            return ()


def _inline(name: str, drawing: Drawing) -> Attachment:
    content = to_png(drawing, _typeface())
    return Attachment(name=f"{name}.png", media_type="image/png", content=content, cid=f"{name}@formclerk")


@lru_cache(maxsize=1)
def _typeface() -> Typeface:
    """Look for fonts once per process: they are not installed while it runs."""
    return installed()
