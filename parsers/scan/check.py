"""Whether scans can be read here: what of the extra `ocr` is missing, and whether its models load."""

from importlib.util import find_spec

_NEEDED = {
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "onnxruntime": "onnxruntime",
    "rapidocr": "rapidocr",
    "zxingcpp": "zxing-cpp",
    "pillow_heif": "pillow-heif",
}
"""Modules, and the packages that bring them."""


def missing() -> tuple[str, ...]:
    """Return the packages of the extra that are not installed; nothing is loaded for it."""
    return tuple(package for module, package in _NEEDED.items() if find_spec(module) is None)


def reads_print() -> bool:
    """Draw a word and have it read: True when the engine, its models and its runtime work."""
    import numpy as np  # noqa: PLC0415 - all of this is needed here only
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    from parsers.scan.ocr import read_page  # noqa: PLC0415

    picture = Image.new("RGB", (600, 160), "white")
    ImageDraw.Draw(picture).text((40, 40), "FC 2026", fill="black", font=ImageFont.load_default(72))
    return any("2026" in line.text for line in read_page(np.asarray(picture, dtype=np.uint8)))
