"""The ids that generations get, in the form that a document wants: the real API's own, a UUID, digits or a number."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import Json
from reelmock.mockserver.seeded import digest, identifier


@dataclass(frozen=True, slots=True)
class IdForm:
    """How ids look. The fake knows all of them as text; with `number` a reply tells them as numbers."""

    make: Callable[[str, str, int], str]
    number: bool = False

    def told(self, generation_id: str) -> Json:
        """An id as a reply tells it."""
        return int(generation_id) if self.number and generation_id.isdecimal() else generation_id


def _uuid(seed: str, purpose: str, number: int) -> str:
    return str(UUID(bytes=digest(seed, purpose, number)[:16], version=4))


def _digits(seed: str, purpose: str, number: int) -> str:
    """Sixteen digits, the first of which is no 0: few enough for the numbers of JavaScript."""
    return str(10**15 + int.from_bytes(digest(seed, purpose, number)[:7], "big") % (8 * 10**15))


FORMS = (IdForm(identifier), IdForm(_uuid), IdForm(_digits), IdForm(_digits, number=True))


def id_form(schema: Json) -> IdForm:
    """The first form whose ids fit `schema`, or that of the real API when none does."""
    check = fits(schema) if isinstance(schema, dict) else lambda _: True
    return next((form for form in FORMS if check(form.told(form.make("", "", 1)))), FORMS[0])
