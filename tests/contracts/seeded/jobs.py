"""Servers that get generations wrong: their ids, their course, whose they are, and their clips."""

from collections.abc import Callable
from dataclasses import replace

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, member, text
from reelmock.contracts.trials import Send
from reelmock.tests.contracts.seeded.changes import content, error_reply, put, status, without
from reelmock.tests.contracts.seeded.keys import unknown, with_key
from reelmock.tests.contracts.seeded.wraps import (
    KEY,
    OTHER_KEY,
    PATH,
    Defect,
    Which,
    Wrap,
    after,
    answering,
    asked,
    created,
    key_of,
    numbered,
    polled,
    polls,
    word,
    worded,
)

FOUND = ("created_id_is_retrievable", "status_code_conformance")
STABLE = ("id_is_stable", "created_id_is_retrievable")
UNIQUE = ("ids_are_unique",)
BACK = ("status_never_goes_back",)
FINAL = ("terminal_is_final", "status_never_goes_back")
ISOLATION = ("isolation_between_keys",)

OOPS: Json = {"name": "InternalError", "message": "Something went wrong."}
CLIP_URL: Json = {"url": "https://cdn.aimlapi.com/clips/any.mp4"}

# What a refusal is about that has nothing to do with its request.
GET = Request("GET", PATH)

completed, failed = worded("completed"), worded("error")
waiting = worded("queued", "generating")


def ended(response: Response) -> bool:
    """Whether a reply tells that a generation has ended."""
    return word(response) in ("completed", "error")


def turned(state: str, **members: Json) -> Callable[[Response], Response]:
    """Makes a reply tell of another state, with nothing of the one before."""
    return lambda response: put(status=state, **members)(without("video", "error")(response))


def lost(response: Response) -> Response:
    """The refusal of an id that is not known."""
    return replace(error_reply(404, "Not Found")(Request("GET", "/")), headers=response.headers[:1])


def only(number: int, change: Callable[[Response], Response]) -> Wrap:
    """One poll of each generation."""
    return numbered(lambda _, response, count: change(response) if count == number else response)


def by_id(change: Callable[[str], str], which: Which) -> Wrap:
    """Replies with another id, made from the right one."""
    return answering(which, lambda response: put(id=change(text(member(response.json()), "id")))(response))


def one_id(send: Send) -> Send:
    """All generations get the id of the first one."""
    first: list[Response] = []

    def wrapped(request: Request) -> Response:
        response = send(request)
        if created(request, response):
            first.append(response)
            return first[0]
        return response

    return wrapped


def previous(send: Send) -> Send:
    """Polls answer with the generation before, and its id."""
    ids: list[str] = []

    def wrapped(request: Request) -> Response:
        if polls(request) and asked(request) in ids[1:]:
            return send(replace(request, query=(("generation_id", ids[ids.index(asked(request)) - 1]),)))
        response = send(request)
        if created(request, response):
            ids.append(text(member(response.json()), "id"))
        return response

    return wrapped


def visible(who: Callable[[Request], bool], which: Which = polled) -> Wrap:
    """Some who should not see them are shown generations that there are."""

    def wrap(send: Send) -> Send:
        ids: set[str] = set()

        def wrapped(request: Request) -> Response:
            response = send(request)
            if created(request, response):
                ids.add(text(member(response.json()), "id"))
            if not (polls(request) and asked(request) in ids and who(request)):
                return response
            shown = send(with_key(request, KEY))
            return shown if which(request, shown) else response

        return wrapped

    return wrap


def foreign(request: Request) -> bool:
    """Whether a request carries the other key."""
    return key_of(request) == f"Bearer {OTHER_KEY}"


def not_theirs(change: Callable[[Response], Response]) -> Wrap:
    """What somebody gets who asks for a generation of another key."""

    def wrap(send: Send) -> Send:
        ids: set[str] = set()

        def wrapped(request: Request) -> Response:
            response = send(request)
            if created(request, response):
                ids.add(text(member(response.json()), "id"))
            return change(response) if foreign(request) and asked(request) in ids else response

        return wrapped

    return wrap


def failing(name: str, wrap: Wrap, checks: tuple[str, ...], *, guessed: bool = False) -> Defect:
    """A defect that shows in generations that fail."""
    return Defect(name, wrap, checks, guessed, outcome="error:ProviderError:The model is busy.")


LOOKUPS: tuple[Defect, ...] = (
    Defect("a created id answered 404", answering(polled, lost), FOUND),
    Defect("a created id not there at first", only(1, lost), FOUND),
    Defect("a generation gone for one poll", only(2, lost), FOUND),
    Defect("a generation gone after its end", after(ended, lost), (*FOUND, *FINAL)),
    Defect("500 once it is completed", answering(completed, lambda _: error_reply(500, "Oops")(GET)), FOUND),
    Defect("another id in the reply", answering(polled, put(id="another")), STABLE),
    Defect("another id once completed", answering(completed, put(id="another")), STABLE),
    Defect("an id in capitals", by_id(str.upper, polled), STABLE),
    Defect("an id with its prefix", by_id("gen_{}".format, polled), STABLE),
    Defect("a longer id on creates", by_id("gen_{}".format, created), STABLE),
    Defect("two creates with one id", one_id, UNIQUE),
    Defect("polls answered for the one before", previous, (*STABLE, *FINAL)),
)
COURSES: tuple[Defect, ...] = (
    Defect("queued again", only(4, turned("queued")), (*BACK, *FINAL)),
    Defect("generating on creates, then queued", answering(created, turned("generating")), BACK),
    Defect(
        "completed on creates, then queued", answering(created, turned("completed", video=CLIP_URL)), (*BACK, *FINAL)
    ),
    Defect("completed and then error", after(ended, turned("error", error=OOPS)), FINAL),
    Defect("completed and then generating", after(ended, turned("generating")), FINAL),
    Defect("completed and then queued", after(ended, turned("queued")), FINAL),
    failing("error and then completed", after(ended, turned("completed", video=CLIP_URL)), FINAL),
    failing("error and then queued", after(ended, turned("queued")), FINAL),
)
OWNERS: tuple[Defect, ...] = (
    Defect("another key's generation visible", visible(foreign), ISOLATION),
    Defect("another key's generation visible once completed", visible(foreign, completed), ISOLATION),
    Defect("another key's generation visible until its end", visible(foreign, waiting), ISOLATION),
    Defect("nothing for another key, with 200", not_theirs(lambda _: Response(200, (), b"")), ISOLATION),
    Defect("an empty object for another key", not_theirs(lambda r: content(b"{}")(status(200)(r))), ISOLATION),
    Defect("403 for another key", not_theirs(status(403)), ISOLATION),
    Defect("500 for another key", not_theirs(status(500)), ISOLATION),
    Defect("a generation visible without a key", visible(lambda r: key_of(r) == ""), (*ISOLATION, "ignored_auth")),
    Defect("a generation visible with a wrong key", visible(unknown), (*ISOLATION, "ignored_auth")),
)

# Left out, since a client that never repeats a POST can't see them: equal payloads with one id, a second charge for the
# same request. Left out, since they are none: another URL or message after the end (links are signed anew), a read that
# finds the connection closed once (it is asked again).
JOBS: tuple[Defect, ...] = (*LOOKUPS, *COURSES, *OWNERS)
