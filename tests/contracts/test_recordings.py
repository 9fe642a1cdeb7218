"""Recordings of real tools are read as the exchanges that they hold, and other files are refused with what is wrong."""

import asyncio
import base64
import gzip
import json
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests
import urllib3
import vcr  # type: ignore[import-untyped]  # it ships no types

from reelmock.contracts.conformance import judge_history, judge_request, judge_response
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.recorded import MAX_BODY_BYTES
from reelmock.contracts.recorded_attempts import RecordedAttempt, recorded_attempts
from reelmock.contracts.recordings import RecordingError, read_recording
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.plan import parse_progression
from reelmock.mockserver.settings import Settings

DATA = Path(__file__).parent.parent / "data" / "recordings"
PATH = "/v2/video/generations"
KEY = "sk-recorded-0123456789abcdef"
HEADERS = {"Authorization": f"Bearer {KEY}"}
PAYLOAD: JsonObject = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A paper boat — 紙の船 🚤",
    "image_url": "https://images.example.com/boat.jpg",
    "duration": 5,
}
POLLS = 3


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract()


@pytest.fixture(scope="module")
def url(contract: Contract) -> Iterator[str]:
    """Where a live fake takes jobs, which are completed with the last poll."""
    engine = Engine(contract, VirtualClock(), Settings(progression=parse_progression("polls:1,1")))
    with LiveServer(create_app(engine)) as server:
        yield server.url + PATH


def by_requests(url: str) -> None:
    made = requests.post(url, json=PAYLOAD, headers=HEADERS, timeout=10).json()["id"]
    for _ in range(POLLS):
        requests.get(url, params={"generation_id": made}, headers=HEADERS, timeout=10)


def by_httpx(url: str) -> None:
    made = httpx.post(url, json=PAYLOAD, headers=HEADERS).json()["id"]
    for _ in range(POLLS):
        httpx.get(url, params={"generation_id": made}, headers=HEADERS)


def by_urllib3(url: str) -> None:
    with urllib3.PoolManager() as pool:
        made = pool.request("POST", url, json=PAYLOAD, headers=HEADERS).json()["id"]
        for _ in range(POLLS):
            pool.request("GET", url, fields={"generation_id": made}, headers=HEADERS)


def by_urllib(url: str) -> None:
    headers = {**HEADERS, "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(PAYLOAD).encode(), headers)) as reply:
        made = json.load(reply)["id"]
    for _ in range(POLLS):
        with urllib.request.urlopen(urllib.request.Request(f"{url}?generation_id={made}", headers=HEADERS)) as reply:
            reply.read()


def by_aiohttp(url: str) -> None:
    async def job() -> None:
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            async with session.post(url, json=PAYLOAD) as reply:
                made = (await reply.json())["id"]
            for _ in range(POLLS):
                async with session.get(url, params={"generation_id": made}) as reply:
                    await reply.read()

    asyncio.run(job())


def judge(contract: Contract, attempts: Sequence[RecordedAttempt]) -> list[Json]:
    """The status words of the recorded job, which has to be without a fault."""
    bodies = [attempt.body for attempt in attempts if attempt.response is not None and attempt.response_body]
    for attempt in attempts:
        assert judge_request(contract, attempt.trial.request).violations == ()
        if attempt.response is not None and attempt.trial.operation is not None and attempt.response_body:
            assert judge_response(attempt.trial.operation, attempt.response, attempt.trial.route) == []
    assert judge_history(contract.job_routes[0], bodies) == []
    return [body["status"] for body in bodies if isinstance(body, dict)]


@pytest.mark.parametrize("form", ["yaml", "json"])
@pytest.mark.parametrize("client", [by_requests, by_httpx, by_urllib3, by_urllib, by_aiohttp])
def test_what_vcrpy_records_of_a_library_is_the_job_that_went_over_the_wire(
    client: Callable[[str], None], form: str, url: str, contract: Contract, tmp_path: Path
) -> None:
    file = tmp_path / f"cassette.{form}"
    with vcr.use_cassette(str(file), serializer=form):
        client(url)
    recording = read_recording(file)
    attempts = recorded_attempts(contract, recording)
    assert judge(contract, attempts) == ["queued", "queued", "generating", "completed"]
    assert [attempt.trial.what for attempt in attempts] == [f"interactions/{n}" for n in range(4)]
    assert [attempt.trial.case for attempt in attempts] == [
        "POST:recorded",
        *(["GET:recorded"] * 3),
    ]
    assert json.loads(attempts[0].trial.request.body) == PAYLOAD
    assert recording.secrets == (KEY,)


def test_there_is_a_recording_of_each_tool() -> None:
    """Chromium 156 wrote chromium.har itself; the others are made of replies of the fake, in the forms of the tools."""
    assert {file.name for file in DATA.iterdir()} == {
        *(f"{tool}.har" for tool in ("chromium", "chromium-http2", "firefox", "charles", "playwright", "mitmproxy")),
        "ruby-vcr.yml",
        "vcrpy-4-httpx.yaml",
        "vcrpy-gzip.yaml",
    }


@pytest.mark.parametrize("file", sorted(DATA.iterdir()), ids=lambda file: file.name)
def test_the_forms_of_all_tools_are_read_alike(file: Path, contract: Contract) -> None:
    recording = read_recording(file)
    attempts = recorded_attempts(contract, recording)
    words = judge(contract, attempts)
    assert words[:4] == ["queued", "queued", "generating", "completed"]
    assert set(words[4:]) <= {"completed"}
    payload = json.loads(attempts[0].trial.request.body)
    assert payload == {name: PAYLOAD[name] for name in ("model", "prompt", "image_url")}
    assert recording.secrets.count(KEY) == 1


# File → its content, and what its reader is told behind the file's name.
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "broken.har": (
        '{"log": {\n"entries": [}',
        ": this is not JSON (Expecting value in line 2, column 13). "
        "Give a HAR file, or a cassette of vcrpy or VCR, in one piece.",
    ),
    "broken.yaml": (
        "interactions: []\ninteractions: []",
        ": the key 'interactions' stands twice in one mapping, the second time in line 2, column 1. "
        "Give a HAR file, or a cassette of vcrpy or VCR, in one piece.",
    ),
    "object.yaml": (
        "interactions:\n- request: !!python/object/apply:os.system ['true']",
        ": the tag tag:yaml.org,2002:python/object/apply:os.system asks for more than plain data in line 2, column 12. "
        "Give a HAR file, or a cassette of vcrpy or VCR, in one piece.",
    ),
    "openapi.json": (
        '{"openapi": "3.1.0", "pa\\nths": {}}',
        ": this is an object with 2 members (`openapi`, `pa\\nths`), and no recording: a HAR file has `log` with "
        "`entries`, a cassette has `interactions` or `http_interactions`. "
        "Give a HAR file, or a cassette of vcrpy or VCR, in one piece.",
    ),
    "prose": (
        "What I recorded",
        ": this is 'What I recorded', and no recording: a HAR file has `log` with `entries`, a cassette has "
        "`interactions` or `http_interactions`. Give a HAR file, or a cassette of vcrpy or VCR, in one piece.",
    ),
    "zipped.har": (
        b"PK\x03\x04\xff",
        ": this is not text in UTF-8 (byte 5). Give a HAR file, or a cassette of vcrpy or VCR, in one piece.",
    ),
    "no-request.har": (
        '{"log": {"entries": [{"response": {}}]}}',
        " at log/entries/0: `request` is nothing, where an object was expected. "
        "Record it again, or leave this one out.",
    ),
    "no-method.json": (
        '{"interactions": [{"request": {"method": "GET /", "uri": "/"}}]}',
        " at interactions/0: the method is 'GET /', which is none of HTTP's. Record it again, or leave this one out.",
    ),
    "no-url.json": (
        '{"interactions": [{"request": {"method": "GET"}}]}',
        " at interactions/0: the URL is null, where a text was expected. Record it again, or leave this one out.",
    ),
    "bad-url.json": (
        '{"interactions": [{"request": {"method": "GET", "uri": "https://me:secret@[x/"}}]}',
        " at interactions/0: the URL is none that can be read. Record it again, or leave this one out.",
    ),
    "bad-body.json": (
        '{"http_interactions": [{"request": {"method": "GET", "uri": "/", "body": {"base64_string": "x"}}}]}',
        " at http_interactions/0: a text is not in base64, although it is said to be. "
        "Record it again, or leave this one out.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_recording_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    content, told = REFUSED[name]
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RecordingError) as error:
        read_recording(file)
    assert str(error.value) == f"{file}{told}"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as error:
        read_recording(tmp_path / "no.har")
    assert str(error.value) == f"{tmp_path / 'no.har'}: it can't be read (No such file or directory). Check the path."


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.har"
    file.write_bytes(b" " * (32 * 1024 * 1024 + 1))
    with pytest.raises(RecordingError) as error:
        read_recording(file)
    assert str(error.value) == (
        f"{file}: it has more than 33,554,432 bytes. Record less, or leave out what is not about the API."
    )


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.yaml"
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    file.write_text(f"{bomb}interactions: *a39\n")
    with pytest.raises(RecordingError, match="more than 1,000,000 nodes once its aliases are written out"):
        read_recording(file)


@pytest.mark.parametrize("ends", ['{"a": }', '{"string": }', "[]"])
def test_a_body_that_is_nested_deep_is_read_or_refused(ends: str, tmp_path: Path) -> None:
    """At every depth: whether what can just be read is too deep to be written again depends on the Python."""
    file = tmp_path / "deep.json"
    told = set()
    for depth in range(800, 1000):
        nested = ends[:-1] * depth + "1" + ends[-1] * depth
        file.write_text(f'{{"interactions": [{{"request": {{"method": "GET", "uri": "/", "body": {nested}}}}}]}}')
        try:
            told.add(f"{len(read_recording(file).exchanges)} exchange")
        except RecordingError as error:
            told.add(str(error).removeprefix(f"{file}: "))
    assert len(told) >= 2
    assert told <= {
        "1 exchange",
        "a body in it is nested too deep. Record it again as a text.",
        "this is not JSON that can be read: it is nested too deep. "
        "Give a HAR file, or a cassette of vcrpy or VCR, in one piece.",
    }


def test_bodies_that_grow_too_large_are_refused_before_all_are_read(tmp_path: Path) -> None:
    file = tmp_path / "bomb.json"
    body = base64.b64encode(gzip.compress(bytes(MAX_BODY_BYTES))).decode()
    response = {"status": {"code": 200}, "headers": {"content-encoding": "gzip"}, "body": {"base64_string": body}}
    interaction = {"request": {"method": "GET", "uri": "/"}, "response": response}
    file.write_text(json.dumps({"interactions": [interaction] * 100}))
    with pytest.raises(RecordingError) as error:
        read_recording(file)
    assert str(error.value) == (
        f"{file} at interactions/8: its bodies have more than 268,435,456 bytes once they are decompressed. "
        "Record less, or leave out what is not about the API."
    )


def test_json_is_read_without_pyyaml_and_yaml_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in ("cassette_yaml", "yaml_documents"):
        monkeypatch.delitem(sys.modules, f"reelmock.contracts.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert read_recording(DATA / "chromium-http2.har").exchanges
    with pytest.raises(RecordingError) as error:
        read_recording(DATA / "ruby-vcr.yml")
    assert str(error.value) == (
        f"{DATA / 'ruby-vcr.yml'}: YAML needs PyYAML: pip install 'reelmock[import]'. Or record it as JSON."
    )


@pytest.mark.parametrize("name", ["a.har", "a.json", "a.yaml", "a.yml", "a"])
def test_the_content_says_what_a_recording_is_and_the_suffix_how_it_is_written(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text('{"interactions": []}')
    assert read_recording(file).exchanges == ()


def test_yaml_may_begin_as_json_does(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("{interactions: []}")
    assert read_recording(file).exchanges == ()


def test_a_key_is_in_no_repr() -> None:
    recording = read_recording(DATA / "chromium-http2.har")
    shown = repr(recording) + repr(recording.exchanges)
    assert shown.startswith(
        f"Recording({DATA / 'chromium-http2.har'}, 9 exchanges)(Recorded(OPTIONS {PATH}, 204, log/entries/1)"
    )
    assert not any(secret in shown for secret in recording.secrets)
