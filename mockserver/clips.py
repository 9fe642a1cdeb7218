"""Which clip a request asks for, and the clip itself.

How a provider spells size, length and sound is the business of the rules that come with its document (`x-clip-size`),
so no field name and no word for a resolution stands here. The rules:

    {"fields": {"resolution": [names], "aspect_ratio": [names], "size": [names], "duration": [names], "audio": [names]},
     "short_side": {word: pixels},
     "default": {"resolution": word, "aspect_ratio": "W:H", "duration": seconds}}
"""

import json
import math
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final, TypedDict, TypeVar

from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.mockserver.mp4 import Keyframe, Silence, write_mp4

T = TypeVar("T")

# No clip lasts longer than this many seconds.
LONGEST: Final = 60

# What holds when request, schema and rules have nothing to say: pixels, width over height, seconds.
_SHORT_SIDE: Final = 720
_RATIO: Final = 16 / 9
_SECONDS: Final = 5

# Two numbers are a size in pixels when both are at least this large; smaller ones only make a ratio.
_SMALLEST_SIDE: Final = 64

# At most five digits: int() refuses strings of thousands, and no picture is that large.
_PAIR: Final = re.compile(r"\s*([0-9]{1,5})\s*[:x*]\s*([0-9]{1,5})\s*", re.IGNORECASE)
_LINES: Final = re.compile(r"([0-9]{1,5})p")


@dataclass(frozen=True, slots=True)
class ClipSpec:
    """A clip: width and height in pixels, whole seconds, with or without a sound track."""

    width: int
    height: int
    seconds: int
    audio: bool


def choose_clip(rules: Mapping[str, Json], schema: Mapping[str, Json], payload: Mapping[str, Json]) -> ClipSpec:
    """The clip for `payload`, a request to the model whose JSON Schema is `schema`.

    For each quality the first value that makes sense counts: the payload's, then the schema's default, then the rules'.
    The size is the nearest shipped one, by aspect ratio first and by short side second; the duration is rounded and
    held within 1 to `LONGEST` seconds. Never raises, whatever JSON the three arguments hold.
    """
    answers = _Answers(dict(rules), dict(schema), payload)
    size = answers.read("size", _size)
    if size is None:
        sides = _short_sides(rules)
        ratio = answers.read("aspect_ratio", _ratio) or _RATIO
        short_side = answers.read("resolution", lambda answer: _short_side(answer, sides)) or _SHORT_SIDE
    else:
        ratio, short_side = size[0] / size[1], min(size)
    width, height = _nearest_size(ratio, short_side)
    seconds = answers.read("duration", _seconds) or _SECONDS
    return ClipSpec(width, height, seconds, answers.read("audio", _switch) or False)


def render_clip(spec: ClipSpec, note: str = "") -> bytes:
    """The MP4 file for `spec`; files with different notes differ in their bytes.

    KeyError when the size is not among `shipped_sizes()`, ValueError when the clip is shorter than a second.
    """
    frame = _keyframe(spec.width, spec.height)
    return write_mp4(frame, spec.seconds, audio=_silence() if spec.audio else None, note=note)


def shipped_sizes() -> tuple[tuple[int, int], ...]:
    """Width and height in pixels of every picture there is a keyframe for."""
    return tuple(chain.from_iterable(_sizes_by_ratio().values()))


@dataclass(frozen=True, slots=True)
class _Answers:
    """What request, schema and rules say about a clip."""

    rules: JsonObject
    schema: JsonObject
    payload: Mapping[str, Json]

    def read(self, question: str, reader: Callable[[Json], T | None]) -> T | None:
        """The first answer to `question` that `reader` can make sense of."""
        fields = words(items(self.rules, "fields", question))
        answers = chain(
            (self.payload.get(field) for field in fields),
            (member(self.schema, "properties", field).get("default") for field in fields),
            [member(self.rules, "default").get(question)],
        )
        return next((reading for reading in map(reader, answers) if reading is not None), None)


def _size(answer: Json) -> tuple[int, int] | None:
    pair = _pair(answer)
    return pair if pair is not None and min(pair) >= _SMALLEST_SIDE else None


def _ratio(answer: Json) -> float | None:
    pair = _pair(answer)
    return pair[0] / pair[1] if pair is not None else None


def _pair(answer: Json) -> tuple[int, int] | None:
    """The two numbers, both above 0, of an answer such as "16:9" or "1280x720"."""
    found = _PAIR.fullmatch(answer) if isinstance(answer, str) else None
    if found is None:
        return None
    width, height = int(found[1]), int(found[2])
    return (width, height) if width and height else None


def _short_sides(rules: Mapping[str, Json]) -> dict[str, int]:
    """The rules' words for resolutions, in small letters, with the pixels that they stand for."""
    sides = member(dict(rules), "short_side")
    return {word.casefold(): side for word, side in sides.items() if isinstance(side, int) and side > 0}


def _short_side(answer: Json, sides: Mapping[str, int]) -> int | None:
    if not isinstance(answer, str):
        return None
    word = answer.strip().casefold()
    lines = _LINES.fullmatch(word)
    return sides.get(word) or (int(lines[1]) if lines else 0) or None


def _seconds(answer: Json) -> int | None:
    """Whole seconds within the limits, from a number or a string such as "5" or "5s"."""
    if isinstance(answer, str):
        try:
            answer = float(answer.strip().removesuffix("s"))
        except ValueError:
            return None
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return None
    # Held within the limits first: infinity can't be rounded, and isnan() fails on integers beyond any float.
    held = min(max(answer, 1), LONGEST)
    return None if math.isnan(held) else round(held)


def _switch(answer: Json) -> bool | None:
    return answer if isinstance(answer, bool) else None


def _nearest_size(ratio: float, short_side: int) -> tuple[int, int]:
    shipped = _sizes_by_ratio()
    # Logarithms, so that twice as wide is as far away as half as wide.
    sizes = shipped[min(shipped, key=lambda candidate: abs(math.log(candidate / ratio)))]
    return min(sizes, key=lambda size: abs(min(size) - short_side))


class _Picture(TypedDict):
    width: int
    height: int
    avcc: str
    sample: str


class _Group(TypedDict):
    ratio: tuple[int, int]
    pictures: list[_Picture]


class _Sound(TypedDict):
    sample_rate: int
    config: str
    sample: str


class _Table(TypedDict):
    """What benchmarks/make_keyframes.py wrote; `avcc`, `config` and `sample` are bytes in base64."""

    silence: _Sound
    groups: list[_Group]


@cache
def _table() -> _Table:
    table: _Table = json.loads(Path(__file__).with_name("keyframes.json").read_bytes())
    return table


@cache
def _sizes_by_ratio() -> dict[float, list[tuple[int, int]]]:
    """Aspect ratio -> the sizes that have it, but for their being rounded to even numbers."""
    return {
        group["ratio"][0] / group["ratio"][1]: [(picture["width"], picture["height"]) for picture in group["pictures"]]
        for group in _table()["groups"]
    }


@cache
def _keyframe(width: int, height: int) -> Keyframe:
    for group in _table()["groups"]:
        for picture in group["pictures"]:
            if (picture["width"], picture["height"]) == (width, height):
                return Keyframe(width, height, b64decode(picture["avcc"]), b64decode(picture["sample"]))
    raise KeyError(f"no keyframe of {width}x{height} is shipped")


@cache
def _silence() -> Silence:
    sound = _table()["silence"]
    return Silence(sound["sample_rate"], b64decode(sound["config"]), b64decode(sound["sample"]))
