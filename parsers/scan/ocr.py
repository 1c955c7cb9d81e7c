"""Characters out of pictures: the one door to the OCR engine, its models and its runtime.

rapidocr carries its models in the wheel, so that nothing is fetched and nothing is written; the paths of the
models are given all the same, since an engine without them would look for them on the network.
A flag given to a call of the engine stays for later calls (RapidOCR issue #580): its two halves, finding
lines and reading them, are called one by one and never with a flag.  One thread at a time.
"""

import contextlib
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rapidocr import RapidOCR

Pixels: TypeAlias = NDArray[np.uint8]
"""A picture, H x W x 3, blue first."""

# ONNX Runtime tells Microsoft about the machine and its sessions, from its import on, unless this is set
# before (its Privacy.md); it would also leave an identifier in the home directory.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_THREADS = 2
_FINDER_SIDE = 1408
"""Pixels of the longer side at which lines are looked for; 2,000 take twice as long and find the same."""
_SMALLEST = 4
"""Pixels of a line's height or width; less is a speck."""
_LONGEST_LINE = 60
"""Width to height; a longer strip is no line of writing, and would cost memory by its square."""
_MOST_LINES = 600
"""Lines of one page; a page set in small print has 120."""
_HIGHEST = 0.999
_TWINS = frozenset(":;：；")
_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}

_lock = threading.Lock()


@lru_cache(maxsize=1)
def _models() -> dict[str, Path]:
    spec = find_spec("rapidocr")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    return {part: folder / "models" / name for part, name in _MODELS.items()}


if not all(path.exists() for path in _models().values()):
    raise ImportError("rapidocr is not installed with its models (the extra `ocr`)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it was read; all measures are pixels of the picture it was read from."""

    text: str
    score: float = 0.0
    """The lowest score of its letters and digits, 0 to 1, not calibrated; see `weakest`."""
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    middles: tuple[float, ...] = ()
    """Where each character of `text` has its middle, from the left of the picture; as many as characters."""
    scores: tuple[float, ...] = ()
    """Of each character of `text`."""


def read_page(pixels: Pixels) -> tuple[Line, ...]:
    """Return the lines of an upright page, from the top down; none when it shows no writing."""
    height, width = pixels.shape[:2]
    if min(height, width) < _SMALLEST:
        return ()
    shrink = min(1.0, _FINDER_SIDE / max(height, width))
    seen = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    with _lock, _quietly():
        found = _boxes(np.asarray(seen, dtype=np.uint8))
        boxes = [np.asarray(box / shrink, dtype=np.float32) for box in found[:_MOST_LINES]]
        return _read([_straightened(pixels, box) for box in boxes], boxes)


def read_lines(crops: Sequence[Pixels]) -> tuple[Line, ...]:
    """Return what each picture of a single line says; an empty text where nothing could be made out."""
    with _lock, _quietly():
        return _read(list(crops), None)


def weakest(text: str, scores: Sequence[float]) -> float:
    """Return the lowest score of the characters that matter, never 1: nothing read from paper is certain.

    Blanks never matter, and marks only beside digits: `3.5` is not `35`, but a full stop may be a comma.
    Colon and semicolon are told apart by nothing but their score.
    """
    lowest = _HIGHEST
    for at, (character, score) in enumerate(zip(text, scores, strict=False)):
        beside = text[max(0, at - 1) : at + 2]
        is_mark = not character.isspace() and any(each.isdigit() or each in _TWINS for each in beside)
        if character.isalnum() or is_mark:
            lowest = min(lowest, score)
    return lowest if text.strip() else 0.0


def _boxes(pixels: Pixels) -> list[NDArray[np.float32]]:
    """Return the four corners of each line, clockwise from the upper left."""
    from rapidocr.main import RapidOCRError  # noqa: PLC0415 - costs most of a second

    try:
        _, found = _engine().detect_and_crop(pixels, {})
    except RapidOCRError:
        return []
    return [] if found.boxes is None else [np.asarray(box, dtype=np.float32) for box in found.boxes]


def _read(crops: list[Pixels], boxes: list[NDArray[np.float32]] | None) -> tuple[Line, ...]:
    able = [number for number, crop in enumerate(crops) if _is_line(crop)]
    lines = [Line(text="") for _ in crops]
    if able:
        result = _engine().recognize_txt([crops[number] for number in able])
        for number, text, info in zip(able, result.txts or (), result.word_results, strict=True):
            box = _around(boxes[number]) if boxes is not None else (0.0, 0.0, *crops[number].shape[1::-1])
            lines[number] = _line(text, info, box)
    return tuple(line for line in lines if line.text.strip()) if boxes is not None else tuple(lines)


def _line(text: str, info: Any, box: tuple[float, float, float, float]) -> Line:  # noqa: ANN401 - rapidocr has no types
    left, top, right, bottom = box
    scores = tuple(float(each) for each in info.confs)[: len(text)]
    columns = iter([column for word in info.word_cols for column in word])
    span = (right - left) / info.line_txt_len if info.line_txt_len else 0.0
    middles: list[float] = []
    for character in text:
        # A blank has no column of its own; it stands where the character before it ends.
        at = None if character.isspace() else next(columns, None)
        middles.append(left + (at + 0.5) * span if at is not None else (middles[-1] if middles else left))
    return Line(
        text=text,
        score=weakest(text, scores),
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        middles=tuple(min(each, right) for each in middles),
        scores=scores,
    )


def _is_line(crop: Pixels) -> bool:
    height, width = crop.shape[:2]
    return bool(min(height, width) >= _SMALLEST and width <= _LONGEST_LINE * height)


def _around(box: NDArray[np.float32]) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _straightened(pixels: Pixels, box: NDArray[np.float32]) -> Pixels:
    """Return the line within four corners as an upright picture."""
    width = round(float(max(np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[3] - box[2]))))
    height = round(float(max(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2]))))
    if min(width, height) < _SMALLEST:
        return np.zeros((1, 1, 3), dtype=np.uint8)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    turned = cv2.warpPerspective(
        pixels,
        cv2.getPerspectiveTransform(box, target),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(turned, dtype=np.uint8)


@lru_cache(maxsize=1)
def _engine() -> "RapidOCR":
    from rapidocr import RapidOCR  # noqa: PLC0415 - costs most of a second, and many documents need none

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            **{f"{part}.model_path": str(path) for part, path in _models().items()},
        }
    )


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep the engine from writing to the terminal: its handlers are its own."""
    log = logging.getLogger("RapidOCR")
    before = log.disabled
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = before
