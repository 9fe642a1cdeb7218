"""Whether a server keeps its promises whatever is asked in whatever order: a Hypothesis state machine for any contract.

It creates generations, many at once and with several keys, polls them in turn, and judges every reply.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, multiple, rule
except ImportError as _missing:
    raise ImportError("reelmock.contracts.stateful needs Hypothesis: pip install 'reelmock[payloads]'") from _missing

from reelmock.contracts.calls import call
from reelmock.contracts.conformance import judge_history
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.expectations import Exchange
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import JsonObject, excerpt
from reelmock.contracts.places import dotted, value_at
from reelmock.contracts.strategies import valid_payloads


@dataclass(frozen=True)
class Order:
    """What a client sends: `create` is the operation's method and path, `client` the index of the client's key."""

    create: str
    client: int
    payload: JsonObject


@dataclass(frozen=True, eq=False)
class Generation:
    """A generation of the server, and the bodies of its replies so far, the create reply first."""

    route: JobRoute
    client: int
    id: str
    bodies: list[JsonObject]


@dataclass(frozen=True)
class Subject:
    """What is judged: a server, its job routes by the key of their create operation, and its clients.

    A client is the index of its key; there is one where no route wants a key.
    """

    send: Callable[[Request], Response]
    routes: Mapping[str, JobRoute]
    keys: Sequence[str]
    clients: Sequence[int]
    orders: st.SearchStrategy[Order]

    @property
    def steps(self) -> Sequence[int]:
        """How far the other clients are from one in the list; 0 when there is only that one."""
        return self.clients[1:] or self.clients

    def exchange(self, route: JobRoute, client: int, what: str | JsonObject) -> Exchange:
        """Send a payload to the route, or ask it for an id."""
        key = self.keys[client] if route.bearer else None
        if isinstance(what, str):
            operation, request = route.retrieve, call(route.retrieve, key=key, given={route.id_parameter.name: what})
        else:
            operation, request = route.create, call(route.create, key=key, payload=what)
        sender = "no key" if key is None else f"the key keys[{client}] (****)"
        return Exchange(operation, request, self.send(request), sender, self.keys)


class JobMachine(RuleBasedStateMachine):
    """The clients of one server, and what they know of its generations in one run."""

    subject: ClassVar[Subject]
    generations: ClassVar[Bundle[Generation]] = Bundle("generations")

    # `state_machine` makes classes that have a subject; these strategies ask the one that runs.
    orders: ClassVar[st.SearchStrategy[Order]] = st.runner().flatmap(lambda run: run.subject.orders)
    creates: ClassVar[st.SearchStrategy[str]] = st.runner().flatmap(lambda run: st.sampled_from([*run.subject.routes]))
    clients: ClassVar[st.SearchStrategy[int]] = st.runner().flatmap(lambda run: st.sampled_from(run.subject.clients))
    steps: ClassVar[st.SearchStrategy[int]] = st.runner().flatmap(lambda run: st.sampled_from(run.subject.steps))

    def __init__(self) -> None:
        super().__init__()
        # (Retrieve operation, id): an id is one of a kind among those that the operation retrieves.
        self.ids: set[tuple[str, str]] = set()

    @rule(target=generations, order=orders)
    def create(self, order: Order) -> Generation:
        """A generation can be retrieved as soon as it was created."""
        generation = self._created(order)
        self.poll(generation)
        return generation

    @rule(target=generations, orders=st.lists(orders, min_size=2, max_size=4))
    def create_several(self, orders: list[Order]) -> MultipleResults[Generation]:
        """Several generations live side by side."""
        several = [self._created(order) for order in orders]
        for generation in several:
            self.poll(generation)
        return multiple(*several)

    @rule(generation=generations)
    def poll(self, generation: Generation) -> None:
        """A generation is there for its client, and its history is legal."""
        route, bodies = generation.route, generation.bodies
        exchange = self.subject.exchange(route, generation.client, generation.id)
        exchange.expect_success(route, "not_retrievable: a generation is not there for the client that created it")
        place = route.retrieved.status
        word = value_at(exchange.body, place)
        exchange.expect(word is not None, "no_status: a poll tells no status", f"a status in `{dotted(place)}`")
        before = excerpt(value_at(bodies[-1], place if len(bodies) > 1 else route.created.status))
        bodies.append(exchange.body)
        exchange.expect_none(
            judge_history(route, bodies), f"the id that was asked for, in a state that follows {before}"
        )

    # `first` makes the rule wait until there is a generation.
    @rule(first=generations, others=st.lists(generations, min_size=1, max_size=7))
    def poll_in_turn(self, first: Generation, others: list[Generation]) -> None:
        """Generations do not mix, in whatever order they are polled."""
        for generation in (first, *others):
            self.poll(generation)

    @rule(generation=generations, step=steps)
    def poll_with_another_key(self, generation: Generation, step: int) -> None:
        """A generation is there for the key that created it alone; for everybody, where no key is wanted."""
        route, subject = generation.route, self.subject
        if not route.bearer:
            self.poll(generation)
        else:
            other = (generation.client + step) % len(subject.clients)
            promise = f"foreign_generation: the client of keys[{generation.client}] created it, not this one"
            subject.exchange(route, other, generation.id).expect_nothing(promise)

    @rule(create=creates, client=clients, number=st.integers(2**40, 2**50))
    def poll_unknown(self, create: str, client: int, number: int) -> None:
        """Where nothing was created, there is nothing."""
        route = self.subject.routes[create]
        # An id in a form that servers insist on, and beyond those that a server gets to by counting.
        unknown = str(number) if route.id_parameter.schema.get("type") == "integer" else str(UUID(int=number))
        exchange = self.subject.exchange(route, client, unknown)
        exchange.expect_nothing("unknown_generation: there is something under an id that was never given")

    def _created(self, order: Order) -> Generation:
        """A valid payload is taken, and gets an id of its own."""
        route = self.subject.routes[order.create]
        exchange = self.subject.exchange(route, order.client, order.payload)
        exchange.expect_success(route, "not_taken: a valid payload was refused")
        received = value_at(exchange.body, route.created.id)
        there = isinstance(received, str | int) and received != ""
        exchange.expect(there, "no_id: a create reply has no id", f"an id in `{dotted(route.created.id)}`")
        known = (route.retrieve.key, str(received))
        exchange.expect(known not in self.ids, "repeated_id: two generations have the same id", "an id of its own")
        self.ids.add(known)
        return Generation(route, order.client, str(received), [exchange.body])


def state_machine(
    send: Callable[[Request], Response],
    *,
    contract: Contract | None = None,
    keys: Sequence[str] = ("key-a", "key-b"),
    advance: Callable[[float], object] | None = None,
) -> type[RuleBasedStateMachine]:
    """A state machine that judges the server behind `send` by `contract` (the shipped one when it is None).

    Use it as `TestServer = state_machine(send).TestCase`, or with Hypothesis' `run_state_machine_as_test`. `keys` are
    two or more API keys that the server takes; `advance` moves the server's clock forward by seconds, where it has one
    that can be moved. All runs talk to the same server, and each judges what it created itself.

    A broken promise is an AssertionError that says what was sent (without the key), what came and what was expected.
    ContractError for a contract without a job route, ValueError for keys that can't show that generations are isolated.
    """
    contract = load_contract() if contract is None else contract
    _check(contract, keys)
    routes = {route.create.key: route for route in contract.job_routes}
    clients = range(max(1, len(keys)))
    orders = st.one_of([_orders(contract, route, clients) for route in contract.job_routes])
    judged = Subject(send, routes, tuple(keys), clients, orders)

    class Jobs(JobMachine):
        subject = judged

    if advance is None:
        return Jobs
    move = advance

    class JobsInTime(Jobs):
        @rule(seconds=st.floats(0, 60) | st.just(3600.0))
        def advance(self, seconds: float) -> None:
            move(seconds)

    return JobsInTime


def _check(contract: Contract, keys: Sequence[str]) -> None:
    if not contract.job_routes:
        problem = "it has no job route: a POST whose reply has an id and a status, and a GET that takes that id"
        raise contract.document.fail("/paths", problem, "Give a document that has both operations")
    if not any(route.bearer for route in contract.job_routes):
        return
    if isinstance(keys, str) or len(set(keys)) < max(2, len(keys)) or not all(keys):
        came = "one string" if isinstance(keys, str) else f"{len(keys)}, of which {len(set(keys) - {''})} count"
        raise ValueError(
            "`keys` are two or more API keys, all different and none empty: only with two of them can it be seen that "
            f"a generation is there for its own key alone. Got {came}"
        )


def _orders(contract: Contract, route: JobRoute, clients: range) -> st.SearchStrategy[Order]:
    models = [valid_payloads(model, contract=contract) for model in contract.models_of(route.create)]
    payloads: st.SearchStrategy[JsonObject] = st.one_of(models) if models else st.just({})
    return st.builds(Order, create=st.just(route.create.key), client=st.sampled_from(clients), payload=payloads)
