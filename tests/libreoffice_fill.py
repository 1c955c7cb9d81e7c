"""Fill the controls of Word files in a running LibreOffice; run by the Python that has `uno`, not by ours.

Arguments: the name of LibreOffice's pipe, and a JSON file of jobs:
[{"from": path, "to": path, "values": {tag: words}}].
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found, unused-ignore]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found, unused-ignore]

_TRIES = 240
_PAUSE = 0.25


def main() -> None:
    """Fill every file of the list, then end LibreOffice."""
    pipe, jobs = sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8"))
    desktop = _desktop(pipe)
    for job in jobs:
        document = desktop.loadComponentFromURL(
            Path(job["from"]).as_uri(), "_blank", 0, (_property("Hidden", value=True),)
        )
        left = dict(job["values"])
        controls = document.getContentControls()
        for number in range(controls.getCount()):
            control = controls.getByIndex(number)
            if control.Tag in left:
                _put(control, left.pop(control.Tag))
        if left:
            sys.exit(f"{job['from']} has no {sorted(left)}")
        document.storeToURL(Path(job["to"]).as_uri(), (_property("FilterName", value="MS Word 2007 XML"),))
        document.close(True)  # noqa: FBT003 - UNO knows no keywords
    desktop.terminate()


def _put(control: Any, words: str) -> None:  # noqa: ANN401 - UNO has no types
    control.ShowingPlaceHolder = False
    if control.Checkbox:
        control.Checked = words == "☑"
        words = "☒" if control.Checked else "☐"
    control.setString(words)


def _desktop(pipe: str) -> Any:  # noqa: ANN401 - UNO has no types
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(_TRIES):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - it is still starting, which UNO says in many ways
            time.sleep(_PAUSE)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    sys.exit("LibreOffice did not start")


def _property(name: str, *, value: object) -> Any:  # noqa: ANN401 - UNO has no types
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


if __name__ == "__main__":
    main()
