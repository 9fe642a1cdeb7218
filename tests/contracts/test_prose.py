"""Rules that descriptions tell: read when a sentence can mean one thing alone, told as not read otherwise."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.combinations import broken_combinations
from reelmock.contracts.instances import full_payload, minimal_payload
from reelmock.contracts.prose import Proposal, Unread, proposals
from reelmock.contracts.prose_sentences import sentences

TEXT = {"type": "string"}
PROPERTIES: dict[str, Any] = {
    "model": {"type": "string", "enum": ["kites/glide"]},
    "prompt": TEXT,
    "still_url": TEXT,
    "last_still_url": TEXT,
    "reel_urls": {"type": "array", "items": TEXT},
    "sound_url": TEXT,
    "resolution": {"type": "string", "enum": ["720p", "1080p", "4k"], "default": "720p"},
    "duration": {"type": "integer", "enum": [5, 8, 10], "default": 5, "description": "Seconds."},
    "level": {"type": "string", "enum": ["std", "pro"], "default": "std"},
    "loud": {"type": "boolean"},
    "style": {"type": "string", "enum": ["ink", "auto"]},
    "effect": {"type": "string", "enum": ["auto", "zoom"]},
    "notes": {"type": ["string", "null"]},
}
HOST = "still_url"


def schema_with(sentence: str, host: str = HOST, **changes: Any) -> dict[str, Any]:
    """A model in which `sentence` describes the property `host`."""
    properties = {**PROPERTIES, **changes}
    described = {**properties, host: {**properties[host], "description": sentence}}
    return {"type": "object", "properties": described, "required": ["model", "prompt"]}


def read(schema: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """The rules that are proposed for a model, and the sentences that are not read."""
    proposed, unread = proposals({"Kites": schema})
    return [one.rule for one in proposed], [one.sentence for one in unread]


def is_1080p() -> dict[str, Any]:
    return {"properties": {"resolution": {"const": "1080p"}}, "required": ["resolution"]}


def together(*names: str, **values: Any) -> dict[str, Any]:
    """A rule that members do not stand together, or not with these values."""
    fixed = {"properties": values} if values else {}
    return {"not": {"required": list(names), **fixed}}


SHARP_AND_LONG = together("resolution", "duration", resolution={"const": "1080p"}, duration={"const": 8})
STILL_OR_REELS = together("still_url", "reel_urls")
PRO = {"properties": {"level": {"const": "pro"}}, "required": ["level"]}
LOUD = {"properties": {"loud": {"const": True}}, "required": ["loud"]}
STILL, REELS, SOUND = ({"required": [name]} for name in ("still_url", "reel_urls", "sound_url"))

# A sentence that describes `still_url` → the description of its rule, and the rule.
READ: list[tuple[str, str, dict[str, Any]]] = [
    (
        "The 1080p option doesn't allow 8-second clips.",
        "`resolution` 1080p does not go with `duration` 8.",
        SHARP_AND_LONG,
    ),
    ("8s clips are not available at 1080p", "`resolution` 1080p does not go with `duration` 8.", SHARP_AND_LONG),
    (
        "Note: **1080P** can’t be combined with `duration: 8`!",
        "`resolution` 1080p does not go with `duration` 8.",
        SHARP_AND_LONG,
    ),
    (
        "A duration of 8 or 10 seconds is unsupported with 4K.",
        "`resolution` 4k does not go with `duration` 8 or 10.",
        together("resolution", "duration", resolution={"const": "4k"}, duration={"enum": [8, 10]}),
    ),
    (
        "720p is incompatible with 8 seconds.",  # a resolution that is left out is 720p
        "`resolution` 720p does not go with `duration` 8.",
        together("duration", resolution={"const": "720p"}, duration={"const": 8}),
    ),
    ("Use either still_url or reel_urls, but not both.", "`still_url` does not go with `reel_urls`.", STILL_OR_REELS),
    ("`reel_urls` and this field are mutually exclusive.", "`still_url` does not go with `reel_urls`.", STILL_OR_REELS),
    ("Mutually exclusive with reel urls.", "`still_url` does not go with `reel_urls`.", STILL_OR_REELS),
    ("Cannot be sent together with `reel_urls`.", "`still_url` does not go with `reel_urls`.", STILL_OR_REELS),
    ("Don't use both `still_url` and `reel_urls`.", "`still_url` does not go with `reel_urls`.", STILL_OR_REELS),
    ("Never mix `still_url` with `reel_urls`.", "`still_url` does not go with `reel_urls`.", STILL_OR_REELS),
    (
        "At most one of `reel_urls` or `still_url` may be set.",
        "`still_url` does not go with `reel_urls`.",
        STILL_OR_REELS,
    ),
    (
        "Must not be used with `loud`.",  # what is false is not used
        "`still_url` does not go with `loud`.",
        together("still_url", "loud", loud={"const": True}),
    ),
    (
        "Must not be used with `notes`.",  # nor is what is null
        "`still_url` does not go with `notes`.",
        together("still_url", "notes", notes={"not": {"type": "null"}}),
    ),
    (
        "Required when `level` is set to `pro`.",
        "`still_url` is required when `level` is pro.",
        {"if": PRO, "then": STILL},
    ),
    ('It is needed if level = "pro".', "`still_url` is required when `level` is pro.", {"if": PRO, "then": STILL}),
    (
        "Required when level is std.",  # a level that is left out is std
        "`still_url` is required when `level` is std.",
        {"if": {"properties": {"level": {"const": "std"}}}, "then": STILL},
    ),
    (
        "Whenever loud is on, sound_url must be given.",
        "`sound_url` is required when `loud` is true.",
        {"if": LOUD, "then": SOUND},
    ),
    (
        "Requires `sound_url`.",
        "`sound_url` is required beside `still_url`.",
        {"dependentRequired": {HOST: ["sound_url"]}},
    ),
    (
        "If `still_url` is present, reel_urls and sound_url are required.",
        "`reel_urls` and `sound_url` is required beside `still_url`.",
        {"dependentRequired": {HOST: ["reel_urls", "sound_url"]}},
    ),
    (
        "Must be passed together with sound_url.",
        "`sound_url` is required beside `still_url`.",
        {"dependentRequired": {HOST: ["sound_url"]}},
    ),
    (
        "When a still is given, at least one reel (reel_urls) or a track (`sound_url`) is needed.",
        "`reel_urls` or `sound_url` is required beside `still_url`.",
        {"if": STILL, "then": {"anyOf": [REELS, SOUND]}},
    ),
    ("Only available when level is pro.", "`still_url` goes only with `level` pro.", {"if": STILL, "then": PRO}),
    ("Works only in pro level", "`still_url` goes only with `level` pro.", {"if": STILL, "then": PRO}),
    ("`level` pro is required for `still_url`.", "`still_url` goes only with `level` pro.", {"if": STILL, "then": PRO}),
    ('Requires `level` to be "pro".', "`still_url` goes only with `level` pro.", {"if": STILL, "then": PRO}),
    (
        "Can only be used with 720p, 1080p.",  # the default is one of them
        "`still_url` goes only with `resolution` 720p or 1080p.",
        {"if": STILL, "then": {"properties": {"resolution": {"enum": ["720p", "1080p"]}}}},
    ),
    (
        "Only valid with `sound_url`.",
        "`still_url` goes only with `sound_url`.",
        {"dependentRequired": {HOST: ["sound_url"]}},
    ),
    ("Only valid with `loud`.", "`still_url` goes only with `loud`.", {"if": STILL, "then": LOUD}),
    (
        "If resolution is 1080p, duration must be 5 or 8.",
        "`resolution` 1080p goes only with `duration` 5 or 8.",
        {"if": is_1080p(), "then": {"properties": {"duration": {"enum": [5, 8]}}}},
    ),
    (
        "One of still_url and sound_url must be set.",
        "At least one of `still_url` and `sound_url` is required.",
        {"anyOf": [STILL, SOUND]},
    ),
    (
        "Provide at least one of still_url, sound_url.",
        "At least one of `still_url` and `sound_url` is required.",
        {"anyOf": [STILL, SOUND]},
    ),
    (
        "Exactly one of still_url or sound_url is required.",
        "Exactly one of `still_url` and `sound_url` is required.",
        {"oneOf": [STILL, SOUND]},
    ),
]


def ruled(schema: dict[str, Any]) -> dict[str, Any]:
    """The model with every rule that is proposed for it."""
    return {**schema, "allOf": read(schema)[0]}


@pytest.mark.parametrize(("sentence", "told", "rule"), READ, ids=[row[0] for row in READ])
def test_a_sentence_that_can_mean_one_thing_alone_is_proposed_as_a_rule(
    sentence: str, told: str, rule: dict[str, Any]
) -> None:
    proposed, _ = read(schema_with(sentence))
    assert proposed == [{"description": told, **rule}]


@pytest.mark.parametrize("sentence", [row[0] for row in READ])
def test_a_rule_refuses_what_breaks_its_sentence_and_leaves_the_rest(sentence: str) -> None:
    schema = schema_with(sentence)
    before, after = Draft202012Validator(schema), Draft202012Validator(ruled(schema))
    values = [minimal_payload(schema), *broken_combinations(ruled(schema))]
    assert [value for value in values if before.is_valid(value) and not after.is_valid(value)]
    assert after.is_valid(minimal_payload(ruled(schema)))
    assert after.is_valid(full_payload(ruled(schema)))


NOT_READ = [
    "Required when `loud` is set.",  # to true, or to anything?
    "Must not be used with auto.",  # of style, or of effect?
    "Requires a short prompt.",
    "Required unless sound_url is given.",
    "Not supported when `level` is not set.",
    "8-second videos are not supported.",
    "Required when level is pro, e.g. for `zoom`.",
    "`sound_url` must not be used with `loud` at 1080p.",
    "1080p is not available for 8-second clips or 4k.",
    "720p cannot be combined with 1080p.",
    "1080p does not support 6-second clips.",  # no duration has 6
    "Requires `seed`.",  # no such property
    "The model does not support 4k.",  # against the schema, which lists it
    "This model only supports 5-second videos.",
    "If video or sound_url is given, reel_urls is required.",
    "Cannot be combined with still_url.",  # that is itself
    "Requires still_url.",
    "Only available for still_url.",
    "Requires `reel_urls`, `reel_urls`.",
    "If `sound_url` and `style` are given, notes is required.",
    "Requires level to be pro or.",
    "A file must not exceed 20 MB.",
    "Neither sound_url nor style may be used with 4k.",
    "If there is none, one is made up.",
    f"Only available when level is pro{' and ever' * 100}.",
]


@pytest.mark.parametrize("sentence", NOT_READ)
def test_a_sentence_that_looks_like_a_rule_and_is_not_clear_is_told_as_not_read(sentence: str) -> None:
    assert read(schema_with(sentence)) == ([], [sentence])


@pytest.mark.parametrize(
    "sentence", ["The first frame.", "See `level: pro` and 1080p.", "", "In capitals or small letters."]
)
def test_a_sentence_that_looks_like_no_rule_is_passed_over(sentence: str) -> None:
    assert read(schema_with(sentence)) == ([], [])


def test_a_value_that_two_properties_have_is_not_clear() -> None:
    sentence = "The 1080p option does not support 8-second clips."
    assert read(schema_with(sentence, quality={"enum": ["720p", "1080p"]})) == ([], [sentence])


def test_seconds_are_those_of_the_property_that_speaks_of_them() -> None:
    sentence = "1080p does not support 8-second clips."
    frames = {"type": "integer", "enum": [8, 16]}
    (rule,), _ = read(schema_with(sentence, frames=frames))
    assert rule["description"] == "`resolution` 1080p does not go with `duration` 8."
    (rule,), _ = read(schema_with(sentence, frames=frames, duration={"enum": ["5s", "8s"], "description": "Seconds."}))
    assert rule["not"]["properties"]["duration"] == {"const": "8s"}
    assert read(schema_with(sentence, frames=frames, duration={"enum": [5], "description": "Seconds."}))[1] == [
        sentence
    ]


def test_rules_that_leave_no_payload_together_are_proposed_up_to_there() -> None:
    schema = schema_with(
        "Mutually exclusive with sound_url. At least one of still_url is required. Requires sound_url."
    )
    proposed, unread = read(schema)
    assert [rule["description"] for rule in proposed] == ["`still_url` does not go with `sound_url`."]
    assert "Requires sound_url." in unread


def test_a_proposal_names_the_model_and_the_place_and_the_sentence() -> None:
    schema = schema_with("The  last\nframe. Requires\n`still_url`. If not, it\nis a guess.", "last_still_url")
    place = "/properties/last_still_url/description"
    rule: dict[str, Any] = {
        "description": "`still_url` is required beside `last_still_url`.",
        "dependentRequired": {"last_still_url": ["still_url"]},
    }
    assert proposals({"Kites": schema, "Other": {"type": "object"}}) == (
        (Proposal("Kites", place, "Requires `still_url`.", rule),),
        (Unread("Kites", place, "If not, it is a guess."),),
    )


def test_branches_and_items_speak_of_the_property_around_them() -> None:
    union = {"anyOf": [{"type": "string", "description": "Requires `sound_url`."}, {"type": "null"}]}
    listed = {"type": "array", "items": {"type": "string", "description": "Requires `style`."}}
    found, _ = proposals({"Kites": schema_with("", still_url=union, reel_urls=listed)})
    assert [(one.pointer, one.rule["description"]) for one in found] == [
        ("/properties/still_url/anyOf/0/description", "`sound_url` is required beside `still_url`."),
        ("/properties/reel_urls/items/description", "`style` is required beside `reel_urls`."),
    ]


def test_a_description_of_the_model_and_properties_of_its_branches_count() -> None:
    branch = {"properties": {"tail": TEXT, "head": TEXT}}
    schema = {
        "description": "`tail` requires `head`.",
        "type": "object",
        "anyOf": [branch, {**branch, "minProperties": 2}],
    }
    assert read(schema)[0][0]["dependentRequired"] == {"tail": ["head"]}


def test_inside_an_object_names_may_mean_its_own_properties() -> None:
    inner = {"prompt": {"type": "string", "description": "Mutually exclusive with `duration`."}, "duration": TEXT}
    shots = {"type": "array", "items": {"type": "object", "properties": inner}}
    assert read(schema_with("", shots=shots)) == ([], ["Mutually exclusive with `duration`."])
    inner["prompt"]["description"] = (
        "1080p does not support 10-second clips. still_url and sound_url cannot be combined."
    )
    rules, unread = read(schema_with("", shots=shots))
    assert [rule["description"] for rule in rules] == ["`still_url` does not go with `sound_url`."]
    assert unread == ["1080p does not support 10-second clips."]


def test_a_rule_that_the_schema_has_is_not_told_again_and_its_description_is_not_read() -> None:
    schema = schema_with("Requires `sound_url`. Cannot be combined with `style`.")
    assert len(read(schema)[0]) == 2
    assert read(ruled(schema)) == ([], [])


SPLIT = [
    ("One. Two! Three? four", ["One.", "Two!", "Three? four"]),
    ("At 15.2 s, e.g. Kites, vs. Reels. `a. B` is one. still_url is. **So.** End",
     ["At 15.2 s, e.g. Kites, vs. Reels.", "`a. B` is one.", "still_url is.", "**So.**", "End"]),
    ("Goes\non. Sizes: \n- must fit; \n* may\n  not\n1. first\n2) second\n\nNext",
     ["Goes on.", "Sizes:", "must fit;", "may not", "first", "second", "Next"]),
    ("- only", ["only"]),
    (" \n\n ", []),
]  # fmt: skip


@pytest.mark.parametrize(("description", "expected"), SPLIT)
def test_sentences_end_where_a_reader_ends_them(description: str, expected: list[str]) -> None:
    assert sentences(description) == expected


PIECES = [
    *(
        "1080p",
        "4k",
        "8-second clips",
        "`still_url`",
        "sound_url",
        "`style` ink",
        "loud",
        "it",
        "a photo",
        "auto",
        "notes",
    ),
    *("and", "or", ",", "not", "both", "either", "only", "at least one of", "if", "when", "level is pro", "enabled"),
    *(
        "is required",
        "requires",
        "does not support",
        "cannot be combined with",
        "mutually exclusive with",
        "must be set",
    ),
]


@settings(deadline=None)  # a machine that is busy is no finding
@given(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join), st.sampled_from(["still_url", "duration", "notes"]))
def test_whatever_is_read_leaves_a_payload_for_each_value_of_the_schema(sentence: str, host: str) -> None:
    schema = schema_with(sentence, host)
    rules: list[Any]
    rules, unread = read(schema)
    judge = Draft202012Validator({**schema, "allOf": rules})
    assert len(rules) + len(unread) <= 1
    assert judge.is_valid(minimal_payload(ruled(schema)))
    for option in PROPERTIES["resolution"]["enum"]:
        fixed: dict[str, Any] = {"required": ["resolution"], "properties": {"resolution": {"const": option}}}
        assert judge.is_valid(minimal_payload({**schema, "allOf": [*rules, fixed]}))
