"""Payloads judged strictly and leniently, by the one model that they name."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.jsontree import Json
from reelmock.contracts.models import Model
from reelmock.contracts.payloads import Judgement, Validation, judge_by, judge_errors, judge_payload, meaning
from reelmock.contracts.violations import Violation

SHIPPED = load_contract()
KITES = load_contract(Path(__file__).parent.parent / "data" / "kites.json")
VALID: dict[str, Json] = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A heron lifts off.",
    "image_url": "https://images.example/heron.jpg",
}
BOAT: dict[str, Json] = {"engine": "boat/one", "prompt": "row"}


def judge(contract: Contract, payload: Json, validation: Validation = "strict") -> Judgement:
    create = contract.job_routes[0].create
    return judge_payload(contract, create, payload, validation)


def told(judgement: Judgement) -> tuple[list[str], list[str]]:
    """Violations and deviations as text."""
    return [str(found) for found in judgement.violations], [str(found) for found in judgement.deviations]


COMBINATION = "1080p does not go with 8 seconds"
UNDECLARED = "is not a property that the schema declares"
MODELS = "'pixverse/v5.5/image-to-video', 'pixverse/v5-5-image-to-video'"

# Change of a valid payload (None: left out) → violations under strict; violations and deviations under lenient.
SHIPPED_TABLE: list[tuple[dict[str, Any], list[str], list[str], list[str]]] = [
    ({}, [], [], []),
    ({"model": "pixverse/v5-5-image-to-video"}, [], [], []),
    ({"image_url": "data:image/png;base64,AAAA"}, [], [], []),
    ({"resolution": "1080p", "duration": 10}, [], [], []),
    ({"duration": "5"}, ["`/duration`: '5' is not of type integer"], [], ["`/duration`: '5' is not of type integer"]),
    ({"seed": "-12"}, ["`/seed`: '-12' is not of type integer"], [], ["`/seed`: '-12' is not of type integer"]),
    ({"seed": 5.0}, [], [], []),
    *(
        (
            {"seed": text},
            [f"`/seed`: '{text}' is not of type integer"],
            [f"`/seed`: '{text}' is not of type integer"],
            [],
        )
        for text in ("", "5s", " 5", "5\n", "5.0", "0x5", "1e3", "٥", "9" * 19, "true")
    ),
    (
        {"duration": "4"},
        ["`/duration`: '4' is not of type integer"],
        ["`/duration`: 4 is not one of 5, 8, 10"],
        ["`/duration`: '4' is not of type integer"],
    ),
    ({"resolution": "1080p", "duration": 8}, [COMBINATION], [COMBINATION], []),
    (
        {"resolution": "1080p", "duration": "8"},
        ["`/duration`: '8' is not of type integer"],
        [COMBINATION],
        ["`/duration`: '8' is not of type integer"],
    ),
    ({"fps": 24}, [f"`/fps`: {UNDECLARED}"], [], [f"`/fps`: {UNDECLARED}"]),
    (
        {"duration": "5", "fps": 24, "audio": "on", "style": "oil"},
        [
            f"`/audio`: {UNDECLARED}",
            "`/duration`: '5' is not of type integer",
            f"`/fps`: {UNDECLARED}",
            "`/style`: 'oil' is not one of 'anime', '3d_animation', 'clay', 'comic', 'cyberpunk'",
        ],
        ["`/style`: 'oil' is not one of 'anime', '3d_animation', 'clay', 'comic', 'cyberpunk'"],
        [
            f"`/audio`: {UNDECLARED}",
            "`/duration`: '5' is not of type integer",
            f"`/fps`: {UNDECLARED}",
        ],
    ),
    *(
        (change, violations, violations, [])
        for change, violations in (
            ({"generate_audio_switch": "true"}, ["`/generate_audio_switch`: 'true' is not of type boolean"]),
            ({"prompt": 5}, ["`/prompt`: 5 is not of type string"]),
            ({"prompt": None}, ["`/prompt`: is required and missing"]),
            ({"model": None}, ["`/model`: is required and missing"]),
            ({"model": "pixverse/v9"}, [f"`/model`: 'pixverse/v9' is not one of {MODELS}"]),
            ({"model": ["x"]}, ["`/model`: an array of 1 item is not of type string"]),
            ({"image_url": "heron.jpg"}, ["`/image_url`: 'heron.jpg' is not a valid uri"]),
            ({"duration": 4}, ["`/duration`: 4 is not one of 5, 8, 10"]),
            (
                {"prompt": None, "image_url": None, "duration": True, "resolution": "4k"},
                [
                    "`/duration`: true is not of type integer",
                    "`/image_url`: is required and missing",
                    "`/prompt`: is required and missing",
                    "`/resolution`: '4k' is not one of '360p', '540p', '720p', '1080p'",
                ],
            ),
        )
    ),
]


def changed(payload: dict[str, Json], change: dict[str, Any]) -> dict[str, Json]:
    return {name: value for name, value in (payload | change).items() if value is not None}


@pytest.mark.parametrize(
    ("change", "strict", "lenient", "deviations"), SHIPPED_TABLE, ids=[f"{row[0]!a:.70}" for row in SHIPPED_TABLE]
)
def test_all_violations_are_told_at_once_sorted_by_place(
    change: dict[str, Any], strict: list[str], lenient: list[str], deviations: list[str]
) -> None:
    """Strict is the schema as written, closed; lenient notes what the real API takes, and refuses the rest."""
    payload = changed(VALID, change)
    given_payload = copy.deepcopy(payload)
    assert told(judge(SHIPPED, payload)) == (strict, [])
    assert told(judge(SHIPPED, payload, "lenient")) == (lenient, deviations)
    assert payload == given_payload


NO_OBJECT = "is not of type object"
BOTH = "boat/one, kite/two"
FEW = "`/frames`: has 0 items; at least 1 are allowed"

# payload → violations under strict; violations and deviations under lenient; what lenient takes it to mean.
KITES_TABLE: list[tuple[Any, list[str], list[str], list[str], Any]] = [
    (BOAT, [], [], [], BOAT),
    ({"engine": "kite/two", "wind": True}, [], [], [], {"engine": "kite/two", "wind": True}),
    ({"engine": "boat/1", "prompt": "row"}, [], [], [], {"engine": "boat/1", "prompt": "row"}),
    (
        {"engine": "boat-uno", "prompt": "row"},
        ["`/engine`: 'boat-uno' is not one of 'boat/one', 'boat/1'"],
        [],
        ["`/engine`: 'boat-uno' is not one of 'boat/one', 'boat/1'"],
        BOAT,
    ),
    (
        BOAT | {"seed": "5", "scale": "1.5", "frames": [{"at": "2", "on": 1}]},
        [
            "`/frames/0/at`: '2' is not of type integer",
            f"`/frames/0/on`: {UNDECLARED}",
            "`/scale`: '1.5' is not of type number",
            "`/seed`: '5' is not of type integer or null",
        ],
        [],
        [
            "`/frames/0/at`: '2' is not of type integer",
            f"`/frames/0/on`: {UNDECLARED}",
            "`/scale`: '1.5' is not of type number",
            "`/seed`: '5' is not of type integer or null",
        ],
        BOAT | {"seed": 5, "scale": 1.5, "frames": [{"at": 2, "on": 1}]},
    ),
    (
        BOAT | {"seed": "10", "scale": "0", "frames": [], "prompt": "r"},
        [
            FEW,
            "`/prompt`: has 1 characters; at least 2 are allowed",
            "`/scale`: '0' is not of type number",
            "`/seed`: '10' is not of type integer or null",
        ],
        [
            FEW,
            "`/prompt`: has 1 characters; at least 2 are allowed",
            "`/scale`: 0.0 is not more than 0",
            "`/seed`: 10 is more than 9",
        ],
        ["`/scale`: '0' is not of type number", "`/seed`: '10' is not of type integer or null"],
        BOAT | {"seed": 10, "scale": 0.0, "frames": [], "prompt": "r"},
    ),
    *(
        (payload, [violation], [violation], [], payload)
        for payload, violation in (
            ({}, "`/engine`: is required and missing"),
            ({"model": "boat/one"}, "`/engine`: is required and missing"),
            ({"engine": "bike"}, f"`/engine`: 'bike' is not one of {BOTH}"),
            ({"engine": None}, "`/engine`: null is not of type string"),
            ({"engine": 5, "junk": 1}, "`/engine`: 5 is not of type string"),
            ([BOAT], f"an array of 1 item {NO_OBJECT}"),
            (None, f"null {NO_OBJECT}"),
            ("boat/one", f"'boat/one' {NO_OBJECT}"),
            (BOAT | {"scale": "1,5"}, "`/scale`: '1,5' is not of type number"),
            (BOAT | {"scale": "nan"}, "`/scale`: 'nan' is not of type number"),
            (BOAT | {"scale": "1."}, "`/scale`: '1.' is not of type number"),
        )
    ),
]


@pytest.mark.parametrize(
    ("payload", "strict", "lenient", "deviations", "meant"), KITES_TABLE, ids=[f"{row[0]!a:.70}" for row in KITES_TABLE]
)
def test_a_payload_is_judged_by_the_model_that_it_names(
    payload: Json, strict: list[str], lenient: list[str], deviations: list[str], meant: Json
) -> None:
    given_payload = copy.deepcopy(payload)
    strictly, leniently = judge(KITES, payload), judge(KITES, payload, "lenient")
    assert told(strictly) == (strict, [])
    assert told(leniently) == (lenient, deviations)
    assert (strictly.payload, leniently.payload) == (payload, meant)
    assert payload == given_payload


@pytest.mark.parametrize(
    ("payload", "model"),
    [(BOAT, "boat/one"), ({"engine": "boat-uno"}, "boat/one"), ({"engine": "kite/two"}, "kite/two"), ({}, None)],
)
def test_the_judgement_says_which_model_it_was(payload: Json, model: str | None) -> None:
    found = judge(KITES, payload).model
    assert (found.id if found else None) == model


def test_what_is_refused_after_coercion_shows_the_value_that_came() -> None:
    (violation,) = judge(SHIPPED, VALID | {"duration": "4"}, "lenient").violations
    assert (violation.kind, violation.received, violation.expected) == ("not_in_enum", "4", [5, 8, 10])


def test_kinds_of_what_names_no_model() -> None:
    payloads: list[Json] = [[], {}, {"engine": 5}, {"engine": "bike"}]
    kinds = [judge(KITES, payload).violations[0].kind for payload in payloads]
    assert kinds == ["non_object", "missing_required", "wrong_type", "not_in_enum"]
    assert judge(KITES, {"engine": "bike"}).violations[0].expected == ["boat/one", "kite/two"]


def test_an_operation_without_a_model_takes_anything() -> None:
    retrieve = KITES.job_routes[0].retrieve
    assert judge_payload(KITES, retrieve, {"any": "thing"}) == Judgement(None, {"any": "thing"})


def test_a_valid_payload_is_not_copied() -> None:
    """A photo of 10 MB is judged where it is."""
    assert judge(SHIPPED, VALID, "lenient").payload is VALID


RULES: dict[str, Any] = {
    "properties": {"model": {"const": "a"}, "tags": {"propertyNames": {"maxLength": 2}}, "never": False},
    "dependentRequired": {"tags": ["model"]},
    "required": ["model"],
    "allOf": [{"not": {"required": ["c"]}}, {"minProperties": 1}],
}


@pytest.mark.parametrize("validation", ["strict", "lenient"])
@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"tags": {"long": 1}}, ["/model", "/model", "/tags"]),
        ({}, ["", "/model"]),
        ({"model": "a", "never": "5"}, ["/never"]),
    ],
)
def test_rules_of_any_sort_are_judged_at_their_place(
    payload: Json, expected: list[str], validation: Validation
) -> None:
    body: dict[str, Any] = {"content": {"application/json": {"schema": RULES}}}
    document = make_document({"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": body}}}}, "api.json")
    contract = Contract(document, document)
    judgement = judge_payload(contract, contract.operations[0], payload, validation)
    assert [violation.pointer for violation in judgement.violations] == expected


IMAGE: dict[str, Any] = {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}
UNION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "model": {"const": "a"},
        "seed": {"type": "integer"},
        "frame": {"anyOf": [IMAGE, {"type": "null"}]},
        "frames": {"type": "array", "items": {"oneOf": [{"type": "string"}, {"anyOf": [IMAGE]}]}},
        "closed": {"anyOf": [IMAGE | {"additionalProperties": False}, {"type": "null"}]},
    },
}
MODEL = Model("a", (), UNION, "model", "POST /")
MORE = {"url": "x", "junk": 1}


@pytest.mark.parametrize(
    ("payload", "refused", "tolerated"),
    [
        ({"frame": {"url": "x"}}, [], []),
        ({"frame": MORE}, [], ["/frame"]),
        ({"frames": ["x", MORE]}, [], ["/frames/1"]),
        ({"frame": MORE, "seed": "5", "junk": 1}, [], ["/frame", "/junk", "/seed"]),
        ({"frame": {"junk": 1}}, ["/frame"], []),
        ({"frame": {"url": 5, "junk": 1}}, ["/frame"], []),
        ({"frame": {"url": 5}, "frames": [MORE]}, ["/frame"], ["/frames/0"]),
        ({"closed": MORE}, ["/closed"], []),
        ({"frame": "5"}, ["/frame"], []),
    ],
    ids=str,
)
def test_lenient_takes_what_fits_a_branch_but_for_undeclared_properties(
    payload: Json, refused: list[str], tolerated: list[str]
) -> None:
    """Where the document itself closes the branch, they are refused as it says. Strict refuses all of it."""
    strict, lenient = judge_by(MODEL, payload, "strict"), judge_by(MODEL, payload, "lenient")
    assert [violation.pointer for violation in strict.violations] == sorted(refused + tolerated)
    assert [violation.pointer for violation in lenient.violations] == refused
    assert [deviation.pointer for deviation in lenient.deviations] == tolerated


def test_a_number_as_a_string_is_no_payload() -> None:
    number = Model("n", (), {"type": "integer"}, "model", "POST /")
    assert [found.received for found in judge_by(number, "5", "lenient").violations] == ["5"]


@pytest.mark.parametrize("validation", ["strict", "lenient"])
@pytest.mark.parametrize("payload", [{"frame": MORE}, {"seed": "5"}, {"seed": "x"}, {}], ids=str)
def test_a_payload_is_judged_by_errors_as_by_its_model(payload: Json, validation: Validation) -> None:
    errors = list(MODEL.validator.iter_errors(payload))
    assert judge_errors(MODEL, payload, errors, validation) == judge_by(MODEL, payload, validation)


@pytest.mark.parametrize(
    ("path", "keyword", "received", "expected", "value"),
    [
        ("seed", "type", "5", "integer", 5),
        ("seed", "type", "-5", ["integer", "null"], -5),
        ("seed", "type", "5", ["number", "integer"], 5),
        ("seed", "type", "1.5", "number", 1.5),
        ("seed", "type", "5", "number", 5.0),
        ("seed", "type", "1.5", "integer", None),
        ("seed", "type", "5", "boolean", None),
        ("seed", "type", True, "integer", None),
        ("seed", "type", None, "integer", None),
        ("seed", "enum", "5", ["integer"], None),
        ("engine", "enum", "boat-uno", ["boat/one"], "boat/one"),
        ("engine", "enum", "boat-due", ["boat/one"], None),
        ("prompt", "enum", "boat-uno", ["boat/one"], None),
    ],
)
def test_a_tolerated_value_means_a_number_or_the_models_id(
    path: str, keyword: str, received: Json, expected: Json, value: Json
) -> None:
    found = meaning(KITES.model("boat/one"), Violation("any", (path,), keyword, "", received, expected))
    assert (found, type(found)) == (value, type(value))


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["5", "8", "1080p", "boat/one", "boat-uno", "kite/two", "pixverse/v5.5/image-to-video"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["engine", "model", "prompt", "seed", "scale", "frames", "wind", "duration", "resolution", "image_url", "x"]
FRAMES = st.lists(st.dictionaries(st.sampled_from(["at", "url", "x"]), VALUES))
PAYLOADS = VALUES | st.dictionaries(st.sampled_from(NAMES), VALUES | FRAMES)


@pytest.mark.parametrize("contract", [SHIPPED, KITES], ids=["shipped", "kites"])
@given(payload=PAYLOADS)
def test_a_judgement_never_raises_never_mutates_and_lenient_refuses_no_more(contract: Contract, payload: Any) -> None:
    """For any JSON value: strict is the harder one, and what lenient takes is valid once it is read as meant."""
    before = json.dumps(payload)
    strict, lenient = judge(contract, payload), judge(contract, payload, "lenient")
    assert json.dumps(payload) == before
    assert strict.payload == payload
    assert strict.deviations == ()
    if not strict.violations:
        assert (lenient.violations, lenient.deviations) == ((), ())
    else:
        assert lenient.violations or lenient.deviations
    if not lenient.violations:
        again = judge(contract, lenient.payload)
        assert {violation.kind for violation in again.violations} <= {"undeclared_property"}
