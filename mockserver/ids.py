"""The ids that generations get, in the form that a document wants: the real API's own, a UUID, digits or a number."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from uuid import UUID

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import Json, text
from reelmock.contracts.places import may_be
from reelmock.mockserver.seeded import digest, identifier

# What makes an id from seed, purpose and number.
Make = Callable[[str, str, int], str]

# How a pattern begins whose ids have a prefix: `^video_[a-z0-9]+$`.
PREFIX = re.compile(r"\^?([A-Za-z0-9]+[-_:])")


@dataclass(frozen=True, slots=True)
class IdForm:
    """How ids look in one place. The fake knows all of them as text; with `number` they are told as numbers."""

    make: Make
    number: bool = False

    def told(self, generation_id: str) -> Json:
        """An id as it is told."""
        return int(generation_id) if self.number and generation_id.isdecimal() else generation_id


def _uuid(seed: str, purpose: str, number: int) -> str:
    return str(UUID(bytes=digest(seed, purpose, number)[:16], version=4))


def _digits(seed: str, purpose: str, number: int) -> str:
    """Sixteen digits, the first of which is no 0: few enough for the numbers of JavaScript."""
    return str(10**15 + int.from_bytes(digest(seed, purpose, number)[:7], "big") % (8 * 10**15))


def _hex(seed: str, purpose: str, number: int) -> str:
    return digest(seed, purpose, number).hex()[:32]


def _counted(_seed: str, _purpose: str, number: int) -> str:
    """For documents that leave little room, such as for numbers of 32 bits."""
    return str(number)


def _prefixed(prefix: str, make: Make, seed: str, purpose: str, number: int) -> str:
    return prefix + make(seed, purpose, number)


MAKES: tuple[Make, ...] = (identifier, _uuid, _digits, _hex, _counted)


def id_forms(*schemas: Json) -> tuple[IdForm, ...]:
    """How ids look in each of the places with these schemas: one id, which fits all of them.

    Where none does, the first schemas count more; one that nothing fits gets ids like those of the real API.
    """
    for make in _makes(schemas):
        forms = tuple(IdForm(make, _wants_number(schema)) for schema in schemas)
        if all(_takes(schema, form.told(make("", "", 1))) for schema, form in zip(schemas, forms, strict=True)):
            return forms
    before = id_forms(*schemas[:-1])
    return (*before, IdForm(before[0].make if before else identifier, _wants_number(schemas[-1])))


def _makes(schemas: tuple[Json, ...]) -> Iterator[Make]:
    """What makes ids, plain ones first, then those with a prefix that a schema's pattern begins with."""
    yield from MAKES
    prefixes = dict.fromkeys(found[1] for schema in schemas if (found := PREFIX.match(text(schema, "pattern"))))
    yield from (partial(_prefixed, prefix, make) for prefix, make in product(prefixes, MAKES))


def _takes(schema: Json, value: Json) -> bool:
    return not isinstance(schema, dict) or fits(schema)(value)


def _wants_number(schema: Json) -> bool:
    return not may_be(schema, frozenset({"string"}))
