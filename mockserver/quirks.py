"""Quirks: deviations from the document that the real API has been seen to make, played when somebody asks for them.

They stand in `x-quirks` of the shipped document: what each one changes, and where it was seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from reelmock.contracts.contract import load_contract
from reelmock.contracts.jsontree import Json, JsonObject, fresh, member, text
from reelmock.contracts.lifecycle import State
from reelmock.contracts.places import Place, put
from reelmock.contracts.tables import table


class QuirkError(ValueError):
    """Quirks that can't be played: one that there is not, or two that contradict each other."""


@dataclass(frozen=True)
class Quirk:
    """One deviation: `description` says what it does, `source` where it was seen.

    It changes replies to `operation` (create or retrieve; "" means both) that tell of `state` (None means any): the
    members in `put` get what their templates say, those in `names` another name. Members are named as in `Told`.
    """

    name: str
    description: str
    source: str
    operation: str
    state: State | None
    put: JsonObject
    names: Mapping[str, str]

    def concerns(self, operation: str, state: State) -> bool:
        """Whether it changes replies to `operation` that tell of `state`."""
        return self.operation in ("", operation) and self.state in (None, state)

    def clashes(self, other: "Quirk") -> list[str]:
        """The members that both would change in the same reply."""
        if _differ(self.operation, other.operation) or _differ(self.state, other.state):
            return []
        return sorted((self.put.keys() | self.names.keys()) & (other.put.keys() | other.names.keys()))


@dataclass(frozen=True, slots=True)
class Told:
    """What one reply tells: to which operation (create or retrieve) and of which state.

    `places` says where it has its members id, status, result, error, credits and usd; () or nothing for one that it has
    not. `values` are what templates may name as `$url`: url, name, message, usd, and the members of the payload.
    """

    operation: str
    state: State
    places: Mapping[str, Place]
    values: Mapping[str, Json]


def quirks() -> tuple[str, ...]:
    """The names of all quirks, for `@pytest.mark.parametrize`."""
    return tuple(known_quirks())


@cache
def known_quirks() -> Mapping[str, Quirk]:
    """All quirks by name, in the order of the shipped document."""
    rows = load_contract().extension_object("x-quirks")
    return {name: _quirk(name, member(row)) for name, row in rows.items()}


def check_quirks(names: Iterable[str]) -> None:
    """QuirkError for a name that is no quirk's, which names them all, or for two that contradict each other."""
    known, chosen = known_quirks(), tuple(dict.fromkeys(names))
    for name in chosen:
        if name not in known:
            raise QuirkError(f"there is no quirk '{name}'. There are: {', '.join(known)}")
    for first, second in combinations(chosen, 2):
        if clashes := known[first].clashes(known[second]):
            raise QuirkError(
                f"the quirks '{first}' and '{second}' contradict each other: both say what the {clashes[0]} of the "
                "same reply is. Give one of them"
            )


def quirky(body: JsonObject, told: Told, names: Iterable[str]) -> JsonObject:
    """A reply's body as the quirks with these names have it; the given one stays as it is."""
    for name in names:
        body = apply(known_quirks()[name], told, body)
    return body


def apply(quirk: Quirk, told: Told, body: JsonObject) -> JsonObject:
    """A reply's body as one quirk has it: the same where the quirk is about other replies."""
    if not quirk.concerns(told.operation, told.state):
        return body
    changed = member(fresh(body))
    for role, template in quirk.put.items():
        put(changed, told.places.get(role, ()), _filled(template, told.values))
    for role, name in quirk.names.items():
        _rename(changed, told.places.get(role, ()), name)
    return changed


def told_word(names: Iterable[str], operation: str, state: State, usual: str) -> str:
    """The status word for `state` where the quirks with these names are played: that of one of them, or the `usual`."""
    for name in names:
        quirk = known_quirks()[name]
        if quirk.concerns(operation, state):
            usual = text(quirk.put, "status", usual)
    return usual


def quirk_words() -> Mapping[str, State]:
    """The status words of all quirks, each with the state that it stands for."""
    found = known_quirks().values()
    return {text(quirk.put, "status"): quirk.state for quirk in found if quirk.state and "status" in quirk.put}


def quirk_table() -> str:
    """All quirks as a table for a terminal: name, what it does, source."""
    rows = [(quirk.name, quirk.description, quirk.source) for quirk in known_quirks().values()]
    return "\n".join(table(("quirk", "what it does", "seen in"), rows))


def _differ(one: str | None, other: str | None) -> bool:
    """Whether both say something, and not the same."""
    return bool(one and other) and one != other


def _quirk(name: str, row: JsonObject) -> Quirk:
    state = text(row, "state")
    return Quirk(
        name=name,
        description=text(row, "description"),
        source=text(row, "x-source"),
        operation=text(row, "operation"),
        state=State(state) if state else None,
        put=member(row, "put"),
        names={role: text(member(row, "names"), role) for role in member(row, "names")},
    )


def _filled(template: Json, values: Mapping[str, Json]) -> Json:
    """A template with its values: a string `$name` becomes the value of that name, "" where there is none."""
    if isinstance(template, dict):
        return {name: _filled(inner, values) for name, inner in template.items()}
    if isinstance(template, list):
        return [_filled(inner, values) for inner in template]
    if isinstance(template, str) and template.startswith("$"):
        return values.get(template[1:], "")
    return template


def _rename(body: JsonObject, place: Place, name: str) -> None:
    """Give the member at `place` another name, beside the members that it stands with; nothing where there is none."""
    around = member(body, *place[:-1])
    if place and place[-1] in around:
        around[name] = around.pop(place[-1])
