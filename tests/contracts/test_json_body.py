"""Bodies as strict JSON: what is refused, and in which words."""

import json
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.json_body import MAX_DEPTH, BodyError, parse_json

TRAILING_COMMA = (
    "Illegal trailing comma before end of object at line 1, column 7"
    if sys.version_info >= (3, 13)
    else "Expecting property name enclosed in double quotes at line 1, column 8"
)
TOO_DEEP = "it is nested more than 100 levels deep"

REFUSED = {
    b"": "Expecting value at line 1, column 1",
    b"  ": "Expecting value at line 1, column 3",
    b'{"a": 1': "Expecting ',' delimiter at line 1, column 8",
    b'{"a":1,}': TRAILING_COMMA,
    b'{\n "a": b}': "Expecting value at line 2, column 7",
    b"{'a': 1}": "Expecting property name enclosed in double quotes at line 1, column 2",
    b"a=1&b=2": "Expecting value at line 1, column 1",
    b"{} {}": "Extra data at line 1, column 4",
    b"01": "Extra data at line 1, column 2",
    b"NaN": "NaN is not JSON",
    b'{"a": [NaN]}': "NaN is not JSON",
    b"Infinity": "Infinity is not JSON",
    b"-Infinity": "-Infinity is not JSON",
    b"1e999": "the number 1e999 is too large",
    b"[-1e999]": "the number -1e999 is too large",
    b"1e" + b"9" * 200: f"the number 1e{'9' * 78} is too large",
    b"1" * 5000: "a number in it has too many digits",
    b'{"a": 1, "a": 1}': "the name 'a' stands twice in one object",
    b'[{"b": {"a": 1, "c": 0, "a": 2}}]': "the name 'a' stands twice in one object",
    b'{"' + b"n" * 99 + b'":1,"' + b"n" * 99 + b'":2}': f"the name '{'n' * 80}' stands twice in one object",
    b"\xff": "byte 0 is not UTF-8",
    b'{"a": "\n"}': "Invalid control character at line 1, column 8",
    b'{"a": "\xe9"}': "byte 7 is not UTF-8",
    '{"a": 1}'.encode("utf-16"): "byte 0 is not UTF-8",
    b"\xef\xbb\xbf{}": "it begins with a byte order mark",
    b"[" * 10_000 + b"]" * 10_000: TOO_DEEP,
    b"[" * 10_000: TOO_DEEP,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000: TOO_DEEP,
    b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1): TOO_DEEP,
    b"[" * (MAX_DEPTH + 1) + b"1" + b"]" * (MAX_DEPTH + 1): TOO_DEEP,
}

ACCEPTED: dict[bytes, object] = {
    b"null": None,
    b" [1, 2.5, -0, 1E2]\n": [1, 2.5, 0, 100.0],
    '"é\\u00e9"'.encode(): "éé",
    b'"\\ud800"': "\ud800",
    b'"\\ud83d\\ude00"': "\U0001f600",
    b'{"a": {"a": 1}, "b": {"a": 2}}': {"a": {"a": 1}, "b": {"a": 2}},
    b'{"__proto__": 1, "": 2}': {"__proto__": 1, "": 2},
    b"1" * 300: int("1" * 300),
    b'"' + b"[{" * 5000 + b'"': "[{" * 5000,
    b"[" + b"[]," * 500 + b"[]]": [[]] * 501,
}


def shown(body: object) -> str:
    return f"{body!a:.40}"


@pytest.mark.parametrize(("body", "message"), REFUSED.items(), ids=shown)
def test_what_is_no_strict_json_is_refused_with_its_reason(body: bytes, message: str) -> None:
    with pytest.raises(BodyError) as caught:
        parse_json(body)
    assert str(caught.value) == message


@pytest.mark.parametrize(("body", "value"), ACCEPTED.items(), ids=shown)
def test_what_is_json_is_read(body: bytes, value: object) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize("inner", [b"", b"1"])
def test_the_deepest_nesting_that_is_allowed(inner: bytes) -> None:
    body = b"[" * MAX_DEPTH + inner + b"]" * MAX_DEPTH
    assert parse_json(body) == json.loads(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
        max_leaves=15,
    ),
    st.booleans(),
)
def test_whatever_json_writes_is_read_back_equal(value: Any, ascii_only: bool) -> None:
    written = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert parse_json(written) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_body_error(body: bytes) -> None:
    """Nothing but BodyError ever comes out: a client can send any bytes."""
    with suppress(BodyError):
        assert parse_json(body) == json.loads(body)
