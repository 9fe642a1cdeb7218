"""The pictures that clips are made of: one H.264 keyframe for each shipped size, and a frame of silence."""

import json
from base64 import b64decode
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TypedDict

from reelmock.mockserver.mp4 import Keyframe, Silence


def shipped_sizes() -> tuple[tuple[int, int], ...]:
    """Width and height in pixels of every picture there is a keyframe for."""
    return tuple(chain.from_iterable(sizes_by_ratio().values()))


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
def sizes_by_ratio() -> dict[float, list[tuple[int, int]]]:
    """Aspect ratio -> the sizes that have it, but for their being rounded to even numbers."""
    return {
        group["ratio"][0] / group["ratio"][1]: [(picture["width"], picture["height"]) for picture in group["pictures"]]
        for group in _table()["groups"]
    }


@cache
def keyframe(width: int, height: int) -> Keyframe:
    """The picture of this size in pixels; KeyError when none is shipped."""
    for group in _table()["groups"]:
        for picture in group["pictures"]:
            if (picture["width"], picture["height"]) == (width, height):
                return Keyframe(width, height, b64decode(picture["avcc"]), b64decode(picture["sample"]))
    raise KeyError(f"no keyframe of {width}x{height} is shipped")


@cache
def silence() -> Silence:
    """The silent sound track."""
    sound = _table()["silence"]
    return Silence(sound["sample_rate"], b64decode(sound["config"]), b64decode(sound["sample"]))
