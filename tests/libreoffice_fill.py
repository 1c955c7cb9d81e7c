"""Fill the controls of Word files in a running LibreOffice; run by the Python that has `uno`, not by ours.

Argument: the name of LibreOffice's pipe.  Each line of the input is a job in JSON, answered with one line,
`done` or what went wrong; at its end LibreOffice ends too.  A job:
{"from": path, "to": path, "values": {tag: words}, "pictures": {tag: path}}.
"""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found, unused-ignore]
from com.sun.star.awt import Size  # type: ignore[import-not-found, unused-ignore]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found, unused-ignore]

_TRIES = 240
_PAUSE = 0.25
_WIDTH, _HEIGHT = 3000, 1200
"""Of a signature, in hundredths of a millimetre."""


def main() -> None:
    """Do every job, then end LibreOffice."""
    context = _context(sys.argv[1])
    desktop = _service(context, "com.sun.star.frame.Desktop")
    try:
        for line in sys.stdin:
            sys.stdout.write(f"{_done(context, desktop, json.loads(line))}\n")
            sys.stdout.flush()
    finally:
        desktop.terminate()


def _done(context: Any, desktop: Any, job: Mapping[str, Any]) -> str:  # noqa: ANN401 - UNO has no types
    document = desktop.loadComponentFromURL(
        Path(job["from"]).as_uri(), "_blank", 0, (_property("Hidden", value=True),)
    )
    words, pictures = dict(job["values"]), dict(job["pictures"])
    controls = document.getContentControls()
    for control in [controls.getByIndex(number) for number in range(controls.getCount())]:
        if control.Tag in words:
            _put(control, words.pop(control.Tag))
        if control.Tag in pictures:
            _sign(context, document, control, Path(pictures.pop(control.Tag)))
    if words or pictures:
        return f"{job['from']} has no {sorted(words | pictures)}"
    document.storeToURL(Path(job["to"]).as_uri(), (_property("FilterName", value="MS Word 2007 XML"),))
    document.close(True)  # noqa: FBT003 - UNO knows no keywords
    return "done"


def _put(control: Any, words: str) -> None:  # noqa: ANN401 - UNO has no types
    control.ShowingPlaceHolder = False
    if control.Checkbox:
        control.Checked = words == "☑"
        words = "☒" if control.Checked else "☐"
    control.setString(words)


def _sign(context: Any, document: Any, control: Any, picture: Path) -> None:  # noqa: ANN401 - UNO has no types
    """Insert a picture in front of a control's prompt, as Insert > Image does."""
    provider = _service(context, "com.sun.star.graphic.GraphicProvider")
    graphic = document.createInstance("com.sun.star.text.TextGraphicObject")
    graphic.Graphic = provider.queryGraphic((_property("URL", value=picture.as_uri()),))
    graphic.AnchorType = uno.Enum("com.sun.star.text.TextContentAnchorType", "AS_CHARACTER")
    graphic.setSize(Size(_WIDTH, _HEIGHT))
    text = control.getAnchor().getText()
    place = text.createTextCursorByRange(control.getAnchor().getStart())
    text.insertTextContent(place, graphic, False)  # noqa: FBT003 - UNO knows no keywords


def _context(pipe: str) -> Any:  # noqa: ANN401 - UNO has no types
    local = uno.getComponentContext()
    resolver = _service(local, "com.sun.star.bridge.UnoUrlResolver")
    for _ in range(_TRIES):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - it is still starting, which UNO says in many ways
            time.sleep(_PAUSE)
    sys.exit("LibreOffice did not start")


def _service(context: Any, name: str) -> Any:  # noqa: ANN401 - UNO has no types
    return context.ServiceManager.createInstanceWithContext(name, context)


def _property(name: str, *, value: object) -> Any:  # noqa: ANN401 - UNO has no types
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


if __name__ == "__main__":
    main()
