"""Reads a request body as strict JSON: what a parser would let pass in silence is refused with its reason."""

import codecs
import json
import math
from collections import Counter

from reelmock.contracts.jsontree import Json, JsonObject

# No payload of these APIs is nested deeper than a handful; a limit keeps every later walk safe.
MAX_DEPTH = 100


class BodyError(ValueError):
    """A body that is no JSON; the text says why."""


def parse_json(body: bytes) -> Json:
    """The value in a UTF-8 JSON text.

    BodyError for what is not JSON (RFC 8259), and for a name that stands twice in an object, NaN and infinite numbers,
    and more than MAX_DEPTH levels.
    """
    if body.startswith(codecs.BOM_UTF8):
        raise BodyError("it begins with a byte order mark")
    try:
        value: Json = DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BodyError(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BodyError(f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise BodyError(f"it is nested more than {MAX_DEPTH} levels deep") from None
    except BodyError:
        raise
    except ValueError:
        raise BodyError("a number in it has too many digits") from None
    # Counting brackets costs next to nothing, even with a photo in the body, and clears nearly every one.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth_exceeds(value, MAX_DEPTH):
        raise BodyError(f"it is nested more than {MAX_DEPTH} levels deep")
    return value


def _unique(pairs: list[tuple[str, Json]]) -> JsonObject:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counts = Counter(name for name, _ in pairs)
    raise BodyError(f"the name '{counts.most_common(1)[0][0][:80]}' stands twice in one object")


def _no_constant(name: str) -> Json:
    raise BodyError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BodyError(f"the number {text[:80]} is too large")
    return number


# Made once: `json.loads` with hooks makes a new one for each call.
DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)


def _depth_exceeds(value: Json, limit: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        level = [
            inner
            for node in level
            for inner in (node.values() if isinstance(node, dict) else node)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
