"""Which clip a request asks for, and the clip itself.

How a provider spells size, length and sound is the business of the rules that come with its document (`x-clip-size`),
so no field name and no word for a resolution stands here. The rules:

    {"fields": {"resolution": [names], "aspect_ratio": [names], "size": [names], "duration": [names], "audio": [names]},
     "short_side": {word: pixels},
     "default": {"resolution": word, "aspect_ratio": "W:H", "duration": seconds}}
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import Final, TypeVar

from reelmock.contracts.jsontree import Json, items, member, words
from reelmock.mockserver.keyframes import keyframe, silence, sizes_by_ratio
from reelmock.mockserver.mp4 import write_mp4

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


QUESTIONS: Final = ("size", "aspect_ratio", "resolution", "duration", "audio")


@dataclass(frozen=True, slots=True)
class ClipSpec:
    """A clip: width and height in pixels, whole seconds, with or without a sound track."""

    width: int
    height: int
    seconds: int
    audio: bool


@dataclass(frozen=True)
class ClipChooser:
    """Chooses clips for one model: what its schema and the rules say is read once.

    For each quality the first value that makes sense counts: the payload's, then the schema's default, then the rules'.
    The size is the nearest shipped one, by aspect ratio first and by short side second; the duration is rounded and
    held within 1 to `LONGEST` seconds. Never raises, whatever JSON it is given.
    """

    # The payload's fields that answer a question, and the words for short sides.
    fields: Mapping[str, tuple[str, ...]]
    sides: Mapping[str, int]
    # What holds where the payload has no answer.
    size: tuple[int, int] | None
    ratio: float
    short_side: int
    seconds: int
    audio: bool

    @classmethod
    def of(cls, rules: Mapping[str, Json], schema: Mapping[str, Json]) -> "ClipChooser":
        """The chooser for the model with this JSON Schema, by the document's rules."""
        fields = {question: words(items(dict(rules), "fields", question)) for question in QUESTIONS}
        declared, defaults = member(dict(schema), "properties"), member(dict(rules), "default")
        usual: dict[str, list[Json]] = {
            question: [*(member(declared, field).get("default") for field in fields[question]), defaults.get(question)]
            for question in QUESTIONS
        }
        sides = _short_sides(rules)
        return cls(
            fields=fields,
            sides=sides,
            size=_first(_size, usual["size"]),
            ratio=_first(_ratio, usual["aspect_ratio"]) or _RATIO,
            short_side=_first(partial(_short_side, sides=sides), usual["resolution"]) or _SHORT_SIDE,
            seconds=_first(_seconds, usual["duration"]) or _SECONDS,
            audio=_first(_switch, usual["audio"]) or False,
        )

    def choose(self, payload: Mapping[str, Json]) -> ClipSpec:
        """The clip for `payload`."""
        return self._usual if self._asking.isdisjoint(payload) else self._choose(payload)

    @cached_property
    def _asking(self) -> frozenset[str]:
        """The payload's fields that answer any question."""
        return frozenset(chain.from_iterable(self.fields.values()))

    @cached_property
    def _usual(self) -> ClipSpec:
        """The clip for a payload that answers none."""
        return self._choose({})

    def _choose(self, payload: Mapping[str, Json]) -> ClipSpec:
        size = self._read(payload, "size", _size) or self.size
        if size is None:
            ratio = self._read(payload, "aspect_ratio", _ratio) or self.ratio
            short_side = self._read(payload, "resolution", partial(_short_side, sides=self.sides)) or self.short_side
        else:
            ratio, short_side = size[0] / size[1], min(size)
        width, height = _nearest_size(ratio, short_side)
        seconds = self._read(payload, "duration", _seconds) or self.seconds
        audio = self._read(payload, "audio", _switch)
        return ClipSpec(width, height, seconds, self.audio if audio is None else audio)

    def _read(self, payload: Mapping[str, Json], question: str, reader: Callable[[Json], T | None]) -> T | None:
        return _first(reader, [payload[field] for field in self.fields[question] if field in payload])


def _first(reader: Callable[[Json], T | None], answers: Sequence[Json]) -> T | None:
    """The first answer that `reader` can make sense of."""
    return next((reading for reading in map(reader, answers) if reading is not None), None)


def render_clip(spec: ClipSpec, note: str = "") -> bytes:
    """The MP4 file for `spec`; files with different notes differ in their bytes.

    KeyError when the size is not among `shipped_sizes()`, ValueError when the clip is shorter than a second.
    """
    frame = keyframe(spec.width, spec.height)
    return write_mp4(frame, spec.seconds, audio=silence() if spec.audio else None, note=note)


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


@lru_cache(maxsize=256)
def _nearest_size(ratio: float, short_side: int) -> tuple[int, int]:
    shipped = sizes_by_ratio()
    # Logarithms, so that twice as wide is as far away as half as wide.
    sizes = shipped[min(shipped, key=lambda candidate: abs(math.log(candidate / ratio)))]
    return min(sizes, key=lambda size: abs(min(size) - short_side))
