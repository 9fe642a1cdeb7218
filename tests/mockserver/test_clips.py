"""Which clip a request gets: the rules' fields and words, in the order payload, schema, rules."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.mockserver.clips import ClipChooser, ClipSpec, render_clip
from reelmock.mockserver.keyframes import shipped_sizes

# Names and words of no provider: the code must know none.
RULES: JsonObject = {
    "fields": {
        "resolution": ["sharpness", "quality"],
        "aspect_ratio": ["shape"],
        "size": ["frame"],
        "duration": ["length", "seconds"],
        "audio": ["with_sound", "sound"],
    },
    "short_side": {"360p": 360, "720p": 720, "fine": 720, "Finer": 1080, "huge": 2160},
    "default": {"resolution": "720p", "aspect_ratio": "16:9", "duration": 5},
}


def schema(**defaults: Json) -> JsonObject:
    """A model whose properties have these defaults."""
    return {"properties": {name: {"default": value} for name, value in defaults.items()}}


def chosen(payload: JsonObject, model: JsonObject | None = None) -> ClipSpec:
    return ClipChooser.of(RULES, model or {}).choose(payload)


def size(payload: JsonObject, model: JsonObject | None = None) -> tuple[int, int]:
    clip = chosen(payload, model)
    return clip.width, clip.height


def test_an_empty_request_gets_what_the_rules_say() -> None:
    assert chosen({}) == ClipSpec(1280, 720, 5, False)


def test_without_rules_there_is_a_clip_all_the_same() -> None:
    assert ClipChooser.of({}, {}).choose({}) == ClipSpec(1280, 720, 5, False)


def test_the_payload_wins_over_the_schema_and_the_schema_over_the_rules() -> None:
    model = schema(sharpness="1080p", shape="9:16", length=8, sound=True)
    assert chosen({}, model) == ClipSpec(1080, 1920, 8, True)
    payload: JsonObject = {"sharpness": "360p", "shape": "1:1", "length": 3, "sound": False}
    assert chosen(payload, model) == ClipSpec(360, 360, 3, False)


def test_of_several_fields_the_first_one_given_counts() -> None:
    assert size({"quality": "360p"}) == (640, 360)
    assert size({"quality": "360p", "sharpness": "1080p"}) == (1920, 1080)
    assert size({"quality": "360p"}, schema(sharpness="1080p")) == (640, 360)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("360p", (640, 360)),
        ("480p", (854, 480)),
        ("540P", (960, 540)),
        (" 720p ", (1280, 720)),
        ("768P", (1366, 768)),
        ("1080p", (1920, 1080)),
        ("fine", (1280, 720)),
        ("FINE", (1280, 720)),
        ("finer", (1920, 1080)),
        ("huge", (1920, 1080)),
        ("1440p", (1920, 1080)),
        ("144p", (640, 360)),
        ("580p", (960, 540)),
    ],
)
def test_a_resolution_means_the_nearest_shipped_short_side(word: str, expected: tuple[int, int]) -> None:
    assert size({"sharpness": word}) == expected


@pytest.mark.parametrize(
    "word", ["auto", "", "p", "0p", "-720p", "9" * 5000 + "p", "\u0663\u0666\u0660p", 720, True, None, ["360p"], {}]
)
def test_a_resolution_that_makes_no_sense_leaves_the_default(word: Json) -> None:
    assert size({"sharpness": word}) == (1280, 720)
    assert size({"sharpness": word}, schema(sharpness="360p")) == (640, 360)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("16:9", (1280, 720)),
        ("9:16", (720, 1280)),
        ("1:1", (720, 720)),
        ("4:3", (960, 720)),
        ("3:4", (720, 960)),
        ("21:9", (1680, 720)),
        ("9:21", (720, 1680)),
        ("3:2", (960, 720)),
        ("2:3", (720, 960)),
        ("100:1", (1680, 720)),
        ("1:99999", (720, 1680)),
        ("16x9", (1280, 720)),
        ("9 : 16", (720, 1280)),
    ],
)
def test_an_aspect_ratio_means_the_nearest_shipped_one(shape: str, expected: tuple[int, int]) -> None:
    assert size({"shape": shape}) == expected


@pytest.mark.parametrize(
    "shape", ["auto", "", "16", "16:", "0:9", "16:0", "16:9:1", "1" * 5000 + ":1", 1.78, True, [16, 9]]
)
def test_an_aspect_ratio_that_makes_no_sense_leaves_the_default(shape: Json) -> None:
    assert size({"shape": shape}) == (1280, 720)
    assert size({"shape": shape}, schema(shape="9:16")) == (720, 1280)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("1280:720", (1280, 720)),
        ("1280x720", (1280, 720)),
        ("720X1280", (720, 1280)),
        ("1920*1080", (1920, 1080)),
        ("832:1104", (768, 1024)),
        ("1584:672", (1680, 720)),
        ("3840x2160", (1920, 1080)),
        ("64x64", (360, 360)),
    ],
)
def test_a_size_wins_over_resolution_and_aspect_ratio(frame: str, expected: tuple[int, int]) -> None:
    assert size({"frame": frame, "sharpness": "480p", "shape": "1:1"}) == expected


@pytest.mark.parametrize("frame", ["16:9", "auto", "0x0", "1280", 1280, [1280, 720], None])
def test_a_size_that_is_none_leaves_resolution_and_aspect_ratio(frame: Json) -> None:
    assert size({"frame": frame, "sharpness": "480p", "shape": "1:1"}) == (480, 480)


@pytest.mark.parametrize(("width", "height"), shipped_sizes())
def test_a_shipped_size_is_nearest_to_itself(width: int, height: int) -> None:
    assert size({"frame": f"{width}x{height}"}) == (width, height)


@pytest.mark.parametrize(
    ("length", "seconds"),
    [
        (1, 1),
        (60, 60),
        (8.0, 8),
        (7.6, 8),
        ("5", 5),
        (" 8 ", 8),
        ("8s", 8),
        ("7.6", 8),
        (0, 1),
        (-3, 1),
        (0.2, 1),
        (61, 60),
        (10**400, 60),
        (-(10**400), 1),
        (math.inf, 60),
        (-math.inf, 1),
        ("1e999", 60),
        ("9" * 5000, 60),
    ],
)
def test_a_duration_is_rounded_and_held_within_the_limits(length: Json, seconds: int) -> None:
    assert chosen({"length": length}).seconds == seconds


@pytest.mark.parametrize(
    "length", [math.nan, "nan", "", "s", "\ud800", "5 minutes", True, False, None, [5], {"seconds": 5}]
)
def test_a_duration_that_makes_no_sense_leaves_the_default(length: Json) -> None:
    assert chosen({"length": length}).seconds == 5
    assert chosen({"length": length}, schema(length="10")).seconds == 10


@pytest.mark.parametrize(
    ("payload", "default", "audio"),
    [
        ({}, None, False),
        ({}, True, True),
        ({"sound": True}, None, True),
        ({"sound": False}, True, False),
        ({"with_sound": True}, None, True),
        ({"with_sound": False, "sound": True}, None, False),
        ({"with_sound": "yes", "sound": True}, None, True),
        ({"sound": "https://example.com/a.mp3"}, None, False),
        ({"sound": 1}, True, True),
    ],
)
def test_there_is_sound_when_a_switch_says_so(payload: JsonObject, default: Json, audio: bool) -> None:
    assert chosen(payload, schema(sound=default)).audio is audio


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.from_regex(r"[0-9]*[:xp]?[0-9]*"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELD_NAMES = ("sharpness", "quality", "shape", "frame", "length", "seconds", "with_sound", "sound")
PAYLOADS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELD_NAMES, ANY_JSON))
OBJECTS = st.dictionaries(st.sampled_from(("fields", "short_side", "default", "properties")), ANY_JSON)


@settings(max_examples=200, deadline=None)
@given(payload=PAYLOADS, defaults=PAYLOADS)
def test_any_payload_and_any_default_give_a_clip_that_can_be_rendered(
    payload: JsonObject, defaults: JsonObject
) -> None:
    clip = ClipChooser.of(RULES, schema(**defaults)).choose(payload)
    assert (clip.width, clip.height) in shipped_sizes()
    assert 1 <= clip.seconds <= 60
    assert isinstance(clip.audio, bool)


@settings(max_examples=100, deadline=None)
@given(rules=OBJECTS, model=OBJECTS, payload=PAYLOADS)
def test_rules_and_schemas_of_any_shape_do_no_harm(rules: JsonObject, model: JsonObject, payload: JsonObject) -> None:
    assert ClipChooser.of(rules, model).choose(payload).seconds
    assert ClipChooser.of(RULES, model).choose(payload).seconds


def test_all_sides_and_ratios_are_shipped_with_even_numbers() -> None:
    assert len(set(shipped_sizes())) == 6 * 7
    assert {min(pair) for pair in shipped_sizes()} == {360, 480, 540, 720, 768, 1080}
    assert all(width % 2 == height % 2 == 0 for width, height in shipped_sizes())


def test_a_size_that_is_not_shipped_is_an_error() -> None:
    with pytest.raises(KeyError, match="123x456"):
        render_clip(ClipSpec(123, 456, 5, False))


def test_the_longest_clip_takes_less_than_a_millisecond() -> None:
    spec = ClipSpec(1920, 1080, 60, True)
    render_clip(spec)
    durations = []
    for _ in range(20):
        start = time.perf_counter()
        render_clip(spec, "gen-1")
        durations.append(time.perf_counter() - start)
    assert min(durations) < 0.001
