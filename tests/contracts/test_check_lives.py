"""The lives of generations: found under their id, forward alone, and with what was promised at their end."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from reelmock.contracts.check_lives import (
    addresses,
    completed_has_video,
    created_id_is_retrievable,
    error_has_reason,
    id_is_stable,
    ids_are_unique,
    says_uri,
    status_never_goes_back,
    terminal_is_final,
    video_is_downloadable,
)
from reelmock.contracts.exchange import Fields, Response
from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import Json
from reelmock.contracts.judging import Failure, Seen
from reelmock.contracts.trials import Attempt, Kind, Sender
from reelmock.tests.contracts.checking import HOUSE, ROUTE, attempt_of, trial_of

CLIP: Json = {"url": "https://cdn.example.com/a.mp4"}
WORDS: Json = {"name": "ProviderError", "message": "The model is busy."}


def made(body: Json) -> Attempt:
    return attempt_of(Kind.VALID, 200, body, sender=Sender.OWNER)


def poll(status: str, code: int = 200, **more: Json) -> Attempt:
    body: Json = {"id": "a", "status": status, **more}
    return attempt_of(Kind.POLL, code, body, operation=ROUTE.retrieve, generation="a", sender=Sender.OWNER)


def found(check: Callable[[Seen], Iterator[Failure]], *attempts: Attempt) -> list[str]:
    return [failure.message for failure in check(Seen(HOUSE, attempts))]


MADE = made({"id": "a", "status": "queued"})
DONE, FAILED = poll("completed", video=CLIP), poll("error", error=WORDS)
LIVES: list[tuple[Callable[[Seen], Iterator[Failure]], tuple[Attempt, ...], list[str]]] = [
    (created_id_is_retrievable, (MADE, poll("queued")), []),
    (created_id_is_retrievable, (made({"status": "queued"}),), ["a create reply has no id"]),
    (
        created_id_is_retrievable,
        (MADE, poll("queued", 404)),
        ["a generation that was created was answered with 404"],
    ),
    (created_id_is_retrievable, (MADE, poll("queued", 503)), []),
    (created_id_is_retrievable, (poll("queued", 404),), []),
    (id_is_stable, (MADE, poll("queued")), []),
    (id_is_stable, (MADE, poll("queued", id="b")), ["the id 'a' was asked for, and 'b' answered"]),
    (ids_are_unique, (MADE, made({"id": "b"})), []),
    (ids_are_unique, (MADE, MADE, MADE), ["3 generations have the id 'a'"]),
    (status_never_goes_back, (MADE, poll("generating"), DONE, DONE), []),
    (status_never_goes_back, (MADE, poll("generating"), poll("queued")), ["queued came after generating"]),
    (status_never_goes_back, (poll("generating"), poll("green"), poll("queued")), ["queued came after generating"]),
    (terminal_is_final, (DONE, DONE), []),
    (terminal_is_final, (DONE, FAILED, DONE), ["error came after completed", "completed came after error"]),
    (terminal_is_final, (DONE, poll("queued")), ["queued came after completed"]),
    (completed_has_video, (MADE, poll("generating"), DONE, FAILED), []),
    (completed_has_video, (poll("completed"),), ["`video` is missing although the status is completed"]),
    (completed_has_video, (poll("completed", video=None),), ["`video` is missing although the status is completed"]),
    (completed_has_video, (poll("queued", video=CLIP),), ["`video` is there although the status is queued"]),
    (error_has_reason, (MADE, DONE, FAILED), []),
    (error_has_reason, (poll("error"),), ["`error` is missing although the status is error"]),
    (error_has_reason, (poll("queued", error=WORDS),), ["`error` is there although the status is queued"]),
    (
        error_has_reason,
        (poll("error", error={"name": "A", "message": " "}),),
        ["a failed generation has an error with an empty `message`"],
    ),
    (video_is_downloadable, (DONE,), []),
    (
        video_is_downloadable,
        (poll("completed", video={"url": "/files/a.mp4"}),),
        ["the result names no address that can be downloaded: an object with 1 member"],
    ),
    (video_is_downloadable, (poll("completed", video=None), poll("queued", video="x")), []),
]


@pytest.mark.parametrize(("check", "attempts", "messages"), LIVES)
def test_a_check_of_a_life(
    check: Callable[[Seen], Iterator[Failure]], attempts: tuple[Attempt, ...], messages: list[str]
) -> None:
    """Finds what its rule says, and nothing else."""
    assert found(check, *attempts) == messages


def download(status: int, body: bytes, media: str | None = "video/mp4") -> Attempt:
    headers: Fields = () if media is None else (("content-type", media),)
    trial = trial_of(Kind.DOWNLOAD, operation=None, case="GET:result")
    return Attempt(trial, Response(status, headers, body))


MP4 = b"\0\0\0\x18ftypisom"


@pytest.mark.parametrize(
    ("attempt", "messages"),
    [
        (download(206, MP4), []),
        (download(200, MP4, "Video/WebM; a=b"), []),
        (download(404, b"gone"), ["the result was answered with 404 and 4 bytes"]),
        (download(200, b""), ["the result was answered with 200 and 0 bytes"]),
        (download(200, b"<html>"), ["the result is no video, but 'video/mp4' that begins with b'<html>'"]),
        (download(200, b' {"a":1}'), ["the result is no video, but 'video/mp4' that begins with b' {\"a\":1}'"]),
        (download(200, MP4, "text/plain"), [f"the result is no video, but 'text/plain' that begins with {MP4!r}"]),
        (download(200, MP4, "binary/octet-stream"), ["the result has the content type 'binary/octet-stream'"]),
        (download(200, MP4, None), ["the result has the content type null"]),
        (
            replace(download(200, MP4), response=None, problem="the connection was refused"),
            ["no reply came for the result (the connection was refused)"],
        ),
    ],
)
def test_a_result_is_a_video(attempt: Attempt, messages: list[str]) -> None:
    assert found(video_is_downloadable, attempt) == messages


def test_the_content_type_of_a_result_is_a_guess() -> None:
    """Buckets say `binary/octet-stream`, and players do not mind."""
    (failure,) = video_is_downloadable(Seen(HOUSE, (download(200, MP4, "binary/octet-stream"),)))
    assert failure.weight is Severity.INFO


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("https://a.example/b", ["https://a.example/b"]),
        ("HTTP://a.example/b", ["HTTP://a.example/b"]),
        ("a.mp4", []),
        ("http://[broken", []),
        (["https://a.example/1", {"url": "https://a.example/2"}], ["https://a.example/1", "https://a.example/2"]),
        ({"size": 5, "url": None}, []),
        (5, []),
        (None, []),
    ],
    ids=str,
)
def test_the_addresses_in_a_result(result: Json, found: list[str]) -> None:
    assert [*addresses(result)] == found


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"format": "uri"}, True),
        ({"properties": {"url": {"type": "string", "format": "uri"}}}, True),
        ({"anyOf": [{"type": "null"}, {"format": "uri"}]}, True),
        ({"properties": {"url": {"type": "string"}}}, False),
        ({"format": "date"}, False),
        (True, False),
        (None, False),
    ],
    ids=str,
)
def test_whether_a_result_has_an_address(schema: Json, says: bool) -> None:
    assert says_uri(schema) is says
