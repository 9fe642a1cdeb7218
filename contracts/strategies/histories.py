"""Histories: what a client may be told of one generation, poll by poll, and sequences with one step that it may not."""

import copy
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from hypothesis import strategies as st

from reelmock.contracts.conformance import judge_history
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.instances import fits
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.lifecycle import State, legal
from reelmock.contracts.normalise import ANNOTATIONS
from reelmock.contracts.operations import Operation
from reelmock.contracts.places import may_be, put, schema_at, value_at
from reelmock.contracts.plain_schemas import merge, types_of
from reelmock.contracts.reply_places import reply_schema
from reelmock.contracts.reply_states import told_in
from reelmock.contracts.short_repr import ShortRepr
from reelmock.contracts.strategies.schemas import from_schema
from reelmock.contracts.violations import Violation

# So many polls in a row may tell the same.
MAX_REPEATS = 3

TEXTS, NUMBERS = frozenset({"string"}), frozenset({"integer", "number"})
ID_CHARACTERS = string.ascii_letters + string.digits + "_-"


@dataclass(frozen=True, slots=True)
class History:
    """The bodies of one generation in the order in which they came: the create reply, then the polls.

    `illegal` is the one illegal step of a history that has one: its kind (`illegal_transition` or `id_changed`), its
    place (the body's index first) and what is wrong.
    """

    route: JobRoute
    bodies: tuple[JsonObject, ...]
    illegal: Violation | None = None

    @property
    def statuses(self) -> tuple[Json, ...]:
        """The status words, in the document's vocabulary."""
        return tuple(
            value_at(body, (self.route.retrieved if index else self.route.created).status)
            for index, body in enumerate(self.bodies)
        )


def histories(*, contract: Contract | None = None, legal: bool = True) -> st.SearchStrategy[History]:
    """Histories of a generation, as replies of the contract's job routes (of the shipped contract unless given).

    Every body is valid against the document and has result and error exactly in their states. With `legal=False` each
    history has one illegal step, its last. ContractError for a contract without a job route.
    """
    contract = contract or load_contract()
    if not contract.job_routes:
        problem = "there is no job route, so there are no histories to draw"
        raise contract.document.fail("/paths", problem, "Give a document with a create and a retrieve operation")
    bodies = [_Bodies(route) for route in contract.job_routes]
    able = [one for one in bodies if legal or one.may_go_wrong]
    if not able:
        problem = "there is no illegal step: replies repeat no id, and every status word may follow every other"
        raise contract.document.fail("/paths", problem, "Give a document whose status has a word for each state")
    return st.one_of([one.histories(legal) for one in able])


@st.composite
def _states(draw: st.DrawFn, known: frozenset[State]) -> list[State]:
    """A legal sequence of states: any number of each in their order, the create reply's first."""
    pending = [state for state in (State.QUEUED, State.GENERATING) if state in known]
    ended = [state for state in State if state.terminal and state in known]
    states: list[State] = [*pending[:1]]
    for state in pending:
        states += [state] * draw(st.integers(0, MAX_REPEATS))
    # Without a word for a pending generation, it has ended from the first.
    end = draw(st.sampled_from([*([None] if states else []), *ended, *ended]))
    return states if end is None else [*states, *[end] * draw(st.integers(1, MAX_REPEATS))]


@dataclass(frozen=True, repr=False)
class _Bodies(ShortRepr):
    """The replies of one job route."""

    route: JobRoute

    def __repr__(self) -> str:
        return f"bodies of {self.route}"

    @cached_property
    def known(self) -> frozenset[State]:
        """The states that there are words for."""
        return frozenset(self.route.vocabulary.values())

    @property
    def may_go_wrong(self) -> bool:
        """Whether there is a step that is illegal."""
        return bool(self.route.retrieved.id) or any(not legal(one, other) for one in self.known for other in self.known)

    def histories(self, legal: bool) -> st.SearchStrategy[History]:
        states = _states(self.known)
        return _legal(self, states) if legal else _illegal(self, states, self.known)

    @cached_property
    def ids(self) -> st.SearchStrategy[Json]:
        """Ids as APIs give them, of the type that the document wants: numbers where one of the replies wants these."""
        schemas = [self._id_schema(operation) for operation in (self.route.create, self.route.retrieve)]
        numbers = [schema for schema in schemas if not may_be(schema, TEXTS)]
        first, second = (numbers or schemas)[0], (numbers or schemas)[-1]
        schema: JsonObject = first if second in (first, {}) else {"allOf": [first, second]}
        ruled = any(key != "type" and key not in ANNOTATIONS and not key.startswith("x-") for key in schema)
        if ruled or "string" not in types_of(schema):
            return from_schema(schema).filter(lambda drawn: drawn not in ("", None))
        return st.text(ID_CHARACTERS, min_size=1, max_size=21)

    def _id_schema(self, operation: Operation) -> JsonObject:
        """What an operation declares for the id in its reply."""
        return member(schema_at(reply_schema(operation), self.route.places(operation).id))

    def of(self, operation: Operation, state: State) -> st.SearchStrategy[JsonObject]:
        """Bodies of an operation in a state, with result and error only where they belong."""
        objects: list[Json] = [*merge(told_in(self.route, operation, state), {"type": "object"})]
        bodies = from_schema({"anyOf": objects}).filter(fits(reply_schema(operation)))
        return cast("st.SearchStrategy[JsonObject]", bodies)

    def identified(self, body: JsonObject, identity: Json, *, first: bool = False) -> JsonObject:
        """A copy of a body, the create reply's when `first`, that tells this id."""
        told = copy.deepcopy(body)
        operation = self.route.create if first else self.route.retrieve
        as_text = not may_be(self._id_schema(operation), NUMBERS)
        put(told, self.route.places(operation).id, str(identity) if as_text else identity)
        return told

    @cached_property
    def by_step(self) -> Mapping[tuple[bool, State], st.SearchStrategy[JsonObject]]:
        """(Whether it is the create reply, state) → its bodies."""
        operations = {True: self.route.create, False: self.route.retrieve}
        return {(first, state): self.of(operation, state) for first, operation in operations.items() for state in State}


@st.composite
def _legal(draw: st.DrawFn, bodies: _Bodies, states: st.SearchStrategy[list[State]]) -> History:
    return History(bodies.route, _told(draw, bodies, draw(states), draw(bodies.ids)))


@st.composite
def _illegal(
    draw: st.DrawFn, bodies: _Bodies, states: st.SearchStrategy[list[State]], known: frozenset[State]
) -> History:
    route, before = bodies.route, draw(states)
    identity = draw(bodies.ids)
    # From the first state every step is legal, so a history goes on before it goes wrong; some have nowhere to go.
    later = [state for state in State if state in known and any(not legal(state, other) for other in known)]
    if route.retrieved.id and not (draw(st.booleans()) and later):
        other = draw(bodies.ids.filter(lambda drawn: drawn != identity))
        step = bodies.identified(draw(bodies.by_step[False, before[-1]]), other)
    else:
        before = before if before[-1] in later else [*before, draw(st.sampled_from(later))]
        before = before if len(before) > 1 else before * 2  # a create reply need not tell its state
        wrong = [state for state in State if state in known and not legal(before[-1], state)]
        step = bodies.identified(draw(bodies.by_step[False, draw(st.sampled_from(wrong))]), identity)
    told = (*_told(draw, bodies, before, identity), step)
    return History(route, told, judge_history(route, told)[0])


def _told(draw: st.DrawFn, bodies: _Bodies, states: Sequence[State], identity: Json) -> tuple[JsonObject, ...]:
    """The bodies for `states`; what has ended is told in the same words every time."""
    told: list[JsonObject] = []
    for index, state in enumerate(states):
        ended = state.terminal and index > 1 and state is states[index - 1]
        body = told[-1] if ended else draw(bodies.by_step[index == 0, state])
        told.append(bodies.identified(body, identity, first=index == 0))
    return tuple(told)
