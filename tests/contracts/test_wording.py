"""Broken rules in words: what is wrong, without the place."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from reelmock.contracts.formats import format_checker
from reelmock.contracts.wording import COMPARISONS, SIZES, message_of


def message(schema: Any, value: Any) -> str:
    (error,) = Draft202012Validator(schema, format_checker=format_checker()).iter_errors(value)
    return message_of(error)


LONG = "a" * 100
CUT = f"'{'a' * 80}… (100 characters)'"

# schema, value, what is said.
TABLE: list[tuple[Any, Any, str]] = [
    ({"const": "b"}, "c", "'c' is not 'b'"),
    ({"const": None}, False, "false is not null"),
    ({"const": {"a": 1}}, [], "an array of 0 items is not an object with 1 member"),
    ({"minimum": 2}, 1, "1 is less than 2"),
    ({"exclusiveMinimum": 2}, 2, "2 is not more than 2"),
    ({"maximum": 2}, 2.5, "2.5 is more than 2"),
    ({"exclusiveMaximum": 2}, 2, "2 is not less than 2"),
    ({"minLength": 2}, "é", "has 1 characters; at least 2 are allowed"),
    ({"maxLength": 2}, "b" * 12345, "has 12,345 characters; at most 2 are allowed"),
    ({"minItems": 2}, [1], "has 1 items; at least 2 are allowed"),
    ({"maxItems": 1}, [1, 2], "has 2 items; at most 1 are allowed"),
    ({"type": "string"}, None, "null is not of type string"),
    ({"type": ["string", "null"]}, True, "true is not of type string or null"),
    ({"type": "integer"}, LONG, f"{CUT} is not of type integer"),
    ({"enum": ["b", 5, None, 1.5, True]}, "c", "'c' is not one of 'b', 5, null, 1.5, true"),
    ({"enum": [[1], {}]}, 0, "0 is not one of an array of 1 item, an object with 0 members"),
    ({"enum": []}, 0, "0 is not one of "),
    ({"format": "uri"}, "b", "'b' is not a valid uri"),
    ({"format": "date-time"}, "b", "'b' is not a valid date-time"),
    ({"pattern": "^b$"}, "c", "'c' breaks the rule `pattern`: '^b$'"),
    ({"multipleOf": 2}, 3, "3 breaks the rule `multipleOf`: 2"),
    ({"uniqueItems": True}, [1, 1], "an array of 2 items breaks the rule `uniqueItems`: true"),
    ({"minProperties": 1}, {}, "an object with 0 members breaks the rule `minProperties`: 1"),
    ({"contains": {"const": 1}}, [], "an array of 0 items breaks the rule `contains`: an object with 1 member"),
    (False, 1, "1 breaks the rule `None`: null"),
]

COMBINATION = "this combination is not allowed:"

# the same for `not`.
FORBIDDEN: list[tuple[Any, str]] = [
    ({"not": {}, "description": "a does not go with b."}, "a does not go with b"),
    ({"not": {}, "description": "No a", "x-source": "docs"}, "No a"),
    ({"not": {"required": ["a"]}, "description": "About a.", "type": "object"}, f"{COMBINATION} `a`"),
    ({"not": {"required": ["a"]}, "description": None}, f"{COMBINATION} `a`"),
    ({"not": {"required": ["a", "b"]}}, f"{COMBINATION} `a` with `b`"),
    ({"not": {"properties": {"a": {"const": "x"}, "b": {"const": 8}}}}, f"{COMBINATION} `a` 'x' with `b` 8"),
    ({"not": {"properties": {"a": {"const": None}}}}, f"{COMBINATION} `a` null"),
    ({"not": {"properties": {"a": {"const": "x"}}, "required": ["b", "a"]}}, f"{COMBINATION} `a` 'x' with `b`"),
    ({"not": {"properties": {"a": True, "b": {}}}}, f"{COMBINATION} `a` with `b`"),
    ({"not": {"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}}, f"{COMBINATION} `a` or `b` with `c`"),
    ({"not": {"enum": [1]}}, f'{COMBINATION} {{"enum": [1]}}'),
    ({"not": {"const": "it's"}}, f'{COMBINATION} {{"const": "it\'s"}}'),
    ({"not": {}}, f"{COMBINATION} {{}}"),
]


@pytest.mark.parametrize(("schema", "value", "said"), TABLE, ids=[str(row[:2]) for row in TABLE])
def test_an_error_is_said_like_this(schema: Any, value: Any, said: str) -> None:
    assert message(schema, value) == said


def test_the_table_has_every_comparison_and_size() -> None:
    keywords = {keyword for schema, _, _ in TABLE if isinstance(schema, dict) for keyword in schema}
    assert keywords >= {*COMPARISONS, *SIZES}


@pytest.mark.parametrize(("schema", "said"), FORBIDDEN, ids=[str(row[0]) for row in FORBIDDEN])
def test_what_is_forbidden_is_said_in_the_documents_words_or_spelled_out(schema: dict[str, Any], said: str) -> None:
    """A description beside other keywords is about more than the rule."""
    error = ValidationError("", validator="not", validator_value=schema["not"], instance=1, schema=schema)
    assert message_of(error) == said


def test_a_forbidden_combination_of_any_length_is_cut() -> None:
    assert len(message({"not": {"enum": list(range(1000))}}, 1)) < 200
