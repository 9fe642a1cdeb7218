"""The control API on a real socket: what only a door can do."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Response
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.control import Control, Restartable
from reelmock.mockserver.control_app import ControlledApp
from reelmock.mockserver.control_events import MAX_WAITING, Stream, send_events
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.journal import Entry, Journal
from reelmock.mockserver.live import LiveServer
from reelmock.tests.mockserver.asking import PATH, Make
from reelmock.tests.mockserver.controlling import TOKEN, new_control

AUTHORIZED = {"X-Reelmock-Token": TOKEN}


@pytest.fixture
def control() -> Control:
    return new_control()


@contextmanager
def client_of(control: Control) -> Iterator[httpx.Client]:
    """A client of the control API on a real socket."""

    async def refuse(seconds: float) -> None:
        await asyncio.to_thread(server.refuse, seconds)

    served = Control(control.fake, control.clock, control.token, refuse=refuse)
    with (
        LiveServer(ControlledApp(served)) as server,
        httpx.Client(base_url=f"{server.url}/__reelmock__", headers=AUTHORIZED, trust_env=False, timeout=10) as client,
    ):
        yield client


@pytest.fixture
def client(control: Control) -> Iterator[httpx.Client]:
    with client_of(control) as client:
        yield client


def post_job(client: httpx.Client, create: Make) -> httpx.Response:
    request = create()
    return client.post(client.base_url.join(PATH), content=request.body, headers=dict(request.headers))


def test_control_calls_and_the_api_stand_side_by_side(client: httpx.Client, control: Control, create: Make) -> None:
    job = post_job(client, create).json()["id"]
    reply = client.post(f"/generations/{job}/finish")
    assert (reply.status_code, reply.json()["state"]) == (200, "completed")
    assert [entry["path"] for entry in client.get("/journal").json()["entries"]] == [PATH]


def test_a_key_that_equals_the_token_is_a_key_all_the_same(client: httpx.Client, create: Make) -> None:
    request = create(key=TOKEN)
    reply = client.post(client.base_url.join(PATH), content=request.body, headers=dict(request.headers))
    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-reelmock-token": "wrong"}, 401),
        ({"origin": "http://evil.example"}, 403),
        ({"host": "evil.example"}, 403),
        ({}, 200),
    ],
)
def test_a_reply_is_for_no_page_and_for_no_cache(client: httpx.Client, headers: dict[str, str], status: int) -> None:
    reply = client.get("/state", headers=headers)
    assert reply.status_code == status
    assert [name for name in reply.headers if name.startswith("access-control")] == []
    assert (reply.headers["cache-control"], reply.headers["content-type"]) == ("no-store", "application/json")


def test_a_preflight_gets_nothing(client: httpx.Client) -> None:
    origin = str(client.base_url).removesuffix("/__reelmock__/")
    reply = client.options("/clock/advance", headers={"origin": origin, "access-control-request-method": "POST"})
    assert reply.status_code == 405
    assert [name for name in reply.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/clock/"])
def test_what_there_is_not_is_404(client: httpx.Client, path: str) -> None:
    assert client.get(f"{str(client.base_url).rstrip('/')}{path}").status_code == 404


def test_an_id_may_have_a_slash(client: httpx.Client) -> None:
    told = client.get("/generations/uuid%3Avendor%2Fmodel").json()["error"]
    assert "there is no generation 'uuid:vendor/model'" in told


def test_without_control_every_path_of_it_is_404() -> None:
    engine = Engine(load_contract(), RunningClock())
    with LiveServer(create_app(engine)) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        for path in ("health", "state", "openapi.json", ""):
            assert client.get(f"/__reelmock__/{path}", headers=AUTHORIZED).status_code == 404


def test_connections_are_refused_for_a_while(control: Control) -> None:
    with client_of(control) as client:
        assert client.post("/listener/refuse", json={"seconds": 3600}).json() == {"seconds": 3600}
        # On a connection of its own: that of the client is being cut, which may show as a reset as well.
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{client.base_url}/health", trust_env=False)


def test_connections_are_accepted_again_afterwards(client: httpx.Client) -> None:
    client.post("/listener/refuse", json={"seconds": 0.05})
    transport = httpx.HTTPTransport(retries=8)  # which waits 0, 0.5, 1, … seconds in between
    with httpx.Client(base_url=client.base_url, transport=transport) as patient:
        assert patient.get("/health").status_code == 200


def test_a_server_that_can_not_refuse_says_so(control: Control) -> None:
    with (
        LiveServer(ControlledApp(control)) as server,
        httpx.Client(base_url=server.url, headers=AUTHORIZED, trust_env=False) as client,
    ):
        reply = client.post("/__reelmock__/listener/refuse", json={"seconds": 1})
    assert reply.status_code == 409
    assert reply.json() == {
        "error": "POST /__reelmock__/listener/refuse: this server can't refuse connections. "
        "Start it with `reelmock serve`"
    }


def test_new_entries_are_told_as_they_come(client: httpx.Client, create: Make) -> None:
    post_job(client, create)
    with client.stream("GET", "/journal/events") as stream:
        lines = stream.iter_lines()
        assert [next(lines), next(lines)] == [": reelmock", ""]
        job = post_job(client, create).json()["id"]
        client.get("/state")
        client.get(client.base_url.join("/nowhere"))
        first, second = ([next(lines) for _ in range(4)] for _ in range(2))
    assert first[:2] == ["event: entry", "id: 2"]
    told = json.loads(first[2].removeprefix("data: "))
    assert (told["generation"], told["reply"]["status"]) == (job, 200)
    assert second[1] == "id: 3"
    assert client.get("/journal", params={"since": 1}).json()["entries"][0] == told


def test_a_stream_ends_at_a_reset(client: httpx.Client) -> None:
    with client.stream("GET", "/journal/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        client.post("/reset")
        assert [*lines] == [""]


def test_a_stream_ends_with_the_server(control: Control, caplog: pytest.LogCaptureFixture) -> None:
    with httpx.Client(headers=AUTHORIZED, trust_env=False, timeout=10) as client:
        with client_of(control) as served:
            stream = client.send(client.build_request("GET", f"{served.base_url}journal/events"), stream=True)
            lines = stream.iter_lines()
            next(lines)
        with pytest.raises(httpx.TransportError):
            list(lines)
    assert caplog.records == []


def test_a_stream_that_was_left_is_told_nothing_more(client: httpx.Client, control: Control) -> None:
    journal = control.fake.engine.journal
    with client.stream("GET", "/journal/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        assert listeners(journal) == 1
    for _ in range(100):  # the server notices soon
        if listeners(journal) == 0:
            break
        client.get("/health")
    assert listeners(journal) == 0


def listeners(journal: Journal) -> int:
    return len(journal._others)


def test_whoever_listens_is_told_even_if_the_journals_own_listener_raises() -> None:
    def breaks(_: Entry) -> None:
        raise TimeoutError

    journal, heard = Journal(listener=breaks), list[Entry]()
    entry = Entry(1, 0.0, "GET", "/", (), (), b"", Response(200))
    with journal.heard_by(heard.append), pytest.raises(TimeoutError):
        journal.record(entry)
    with pytest.raises(TimeoutError):
        journal.record(entry)
    assert heard == [entry]


def test_a_slow_client_loses_the_oldest_entries() -> None:
    async def numbers() -> list[str]:
        sent: list[bytes] = []
        stream = Stream(asyncio.get_running_loop())
        for number in range(1, MAX_WAITING + 11):
            stream.tell(Entry(number, 0.0, "GET", "/", (), (), b"", Response(200)))
        stream.end()

        async def send(message: Message) -> None:
            sent.append(message.get("body", b""))

        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        await send_events(stream, receive, send)
        return [line for body in sent for line in body.decode().splitlines() if line.startswith("id: ")]

    assert asyncio.run(numbers()) == [f"id: {number}" for number in range(11, MAX_WAITING + 11)]


def scope(method: str, path: str, **headers: str) -> Scope:
    fields = {"host": "127.0.0.1", "x-reelmock-token": TOKEN} | headers
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()],
    }


def test_a_request_that_began_before_a_reset_ends_on_the_old_engine(control: Control, create: Make) -> None:
    """Its upload ends only when the new engine is there."""
    job, fake, app = create(), control.fake, ControlledApp(control)
    old = fake.engine

    async def exchange(scope: Scope, messages: "asyncio.Queue[Message]") -> int:
        sent: list[Any] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope, messages.get, send)
        status: int = sent[0]["status"]
        return status

    async def both() -> list[int]:
        upload: asyncio.Queue[Message] = asyncio.Queue()
        fields = {name.replace("-", "_"): value for name, value in job.headers}
        slow = asyncio.create_task(exchange(scope("POST", PATH, **fields), upload))
        upload.put_nowait({"type": "http.request", "body": job.body[:10], "more_body": True})
        await asyncio.sleep(0)
        empty: asyncio.Queue[Message] = asyncio.Queue()
        empty.put_nowait({"type": "http.request", "body": b""})
        reset = await exchange(scope("POST", "/__reelmock__/reset"), empty)
        upload.put_nowait({"type": "http.request", "body": job.body[10:]})
        return [reset, await slow]

    assert asyncio.run(both()) == [200, 200]
    assert fake.engine is not old
    assert (len(old.generations()), len(fake.engine.generations()), fake.engine.journal.entries()) == (1, 0, [])


def test_a_reset_from_outside_is_noticed(create: Make) -> None:
    clock = RunningClock()
    fake = Restartable(lambda: Engine(load_contract(), clock))
    with client_of(Control(fake, clock, TOKEN)) as client:
        post_job(client, create)
        fake.reset()
        reply = post_job(client, create)
        assert reply.status_code == 200
        assert [known["id"] for known in client.get("/generations").json()["generations"]] == [reply.json()["id"]]
