"""A server that keeps the shipped document, written by hand from it: none of reelmock's server or judge is in it.

What it does where the document says nothing, or only guesses, is a habit: a method that others may have otherwise.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject

PATH = "/v2/video/generations"
KEYS = ("key-a", "key-b")
TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
TITLES |= {415: "Unsupported Media Type", 429: "Too Many Requests", 524: "A Timeout Occurred"}

# A file that players know as an MP4 by its first box.
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42\x00\x00\x00\x08mdat"

MODELS = ("pixverse/v5.5/image-to-video", "pixverse/v5-5-image-to-video")
OPTIONS: Mapping[str, tuple[Json, ...]] = {
    "model": MODELS,
    "resolution": ("360p", "540p", "720p", "1080p"),
    "duration": (5, 8, 10),
    "style": ("anime", "3d_animation", "clay", "comic", "cyberpunk"),
    "thinking_type": ("enabled", "disabled", "auto"),
}
TEXTS = ("prompt", "negative_prompt", "image_url")
SWITCHES = ("generate_audio_switch", "generate_multi_clip_switch")
REQUIRED = ("model", "prompt", "image_url")
DECLARED = frozenset({*OPTIONS, *TEXTS, *SWITCHES, "seed"})


def no_constant(name: str) -> Json:
    """Python reads NaN, which is no JSON."""
    raise ValueError(name)


def is_integer(value: Json) -> bool:
    """Whether a value is an integer as JSON Schema means it: 5.0 is one, true is none."""
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def is_address(value: str) -> bool:
    """Whether a text has a scheme, and no blank in it."""
    scheme, colon, _ = value.partition(":")
    return colon == ":" and scheme.isalpha() and value.isascii() and not any(map(str.isspace, value))


def fits(name: str, value: Json) -> bool:
    """Whether a declared member may have this value."""
    if name in OPTIONS:
        return not isinstance(value, bool) and value in OPTIONS[name]
    if name in SWITCHES:
        return isinstance(value, bool)
    if name == "seed":
        return is_integer(value)
    return isinstance(value, str) and (name != "image_url" or is_address(value))


def complaints(payload: JsonObject) -> list[str]:
    """The names of the members that break the document's rules; the other way round than the document tells them."""
    wrong = [name for name in REQUIRED if name not in payload]
    wrong += [name for name, value in payload.items() if name in DECLARED and not fits(name, value)]
    if payload.get("resolution") == "1080p" and payload.get("duration") == 8:
        wrong.append("duration")
    return wrong


@dataclass
class Job:
    """A generation: whose it is, when it was made, and how often it was asked for."""

    key: str
    made_at: float
    polls: int = 0


@dataclass
class Server:
    """A server without habits; each of the others changes some. `now` tells the time in seconds."""

    now: Callable[[], float]
    # Whether what the document does not declare is refused.
    closed: bool = False
    jobs: dict[str, Job] = field(default_factory=dict)
    # Where its files lie: on the host that was asked, where that is known.
    files: str = "https://files.example.net"

    media_type: ClassVar[str] = "application/json"
    file_type: ClassVar[str] = "video/mp4"
    # Headers of every reply in JSON.
    extra: ClassVar[Mapping[str, str]] = {}

    def __call__(self, request: Request) -> Response:
        """Answer a request."""
        self.files = request.origin or self.files
        if request.path.startswith("/files/"):
            return self.file(request)
        if request.path != PATH:
            return self.refuse(request, 404, f"There is no {request.path} here.")
        if request.method == "POST":
            return self.create(request)
        return self.retrieve(request) if request.method == "GET" else self.other_method(request)

    def create(self, request: Request) -> Response:
        """Make a job: the key first, then the content type, then the body."""
        return self.keyless(request) or self.bad_type(request) or self.bad_body(request) or self.make(request)

    def retrieve(self, request: Request) -> Response:
        """Tell where a job stands."""
        if refusal := self.keyless(request):
            return refusal
        generation = dict(request.query).get("generation_id")
        if generation is None:
            return self.without_id(request)
        job = self.jobs.get(generation)
        if job is None or job.key != self.key(request):
            return self.refuse(request, 404, f"Nothing is known of {generation}.")
        job.polls += 1
        return self.reply(200, self.told(generation, job))

    def keyless(self, request: Request) -> Response | None:
        """The refusal of a request without a good key."""
        return None if self.key(request) in KEYS else self.refuse(request, 401, "Who are you?")

    def key(self, request: Request) -> str:
        """The key of a request, or ""."""
        scheme, _, key = (request.header("authorization") or "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""

    def bad_type(self, request: Request) -> Response | None:
        """The refusal of a body that is not declared as JSON."""
        media, _, _ = (request.header("content-type") or "").lower().partition(";")
        return None if media.strip() == "application/json" else self.refuse(request, 415, "JSON, please.")

    def bad_body(self, request: Request) -> Response | None:
        """The refusal of a body that breaks the document's rules."""
        try:
            payload = json.loads(request.body.decode("utf-8"), parse_constant=no_constant)
        except ValueError:
            return self.refuse(request, 400, "That is no JSON.")
        if not isinstance(payload, dict):
            return self.refuse(request, 400, "That is no object.")
        wrong = complaints(payload) + sorted(payload.keys() - DECLARED if self.closed else ())
        return self.refuse(request, 400, f"Look at {', '.join(wrong)} again.", wrong) if wrong else None

    def make(self, request: Request) -> Response:
        """Keep a new job."""
        generation = self.new_id(len(self.jobs) + 1)
        self.jobs[generation] = Job(self.key(request), self.now())
        return self.reply(200, {"id": generation, "status": "queued"})

    def told(self, generation: str, job: Job) -> JsonObject:
        """What is told of a job."""
        state = self.state(job)
        body: JsonObject = {"id": generation, "status": state}
        if state == "completed":
            body["video"] = {"url": f"{self.files}/files/{UUID(int=len(generation))}?id={generation[:8]}"}
        return body

    def state(self, job: Job) -> str:
        """Where a job stands."""
        return "queued" if job.polls < 2 else "generating" if job.polls < 3 else "completed"

    def new_id(self, number: int) -> str:
        """The id of a new job."""
        return f"job-{number}"

    def without_id(self, request: Request) -> Response:
        """The reply to a poll that names no job."""
        return self.refuse(request, 400, "Which one?")

    def other_method(self, request: Request) -> Response:
        """The reply to a method that there is not."""
        return self.refuse(request, 405, "GET and POST are what there is.", allow="GET, POST")

    def file(self, request: Request) -> Response:
        """A finished video."""
        return Response(200, (("content-type", self.file_type),), b"" if request.method == "HEAD" else MP4)

    def refuse(
        self, request: Request, status: int, message: str, wrong: list[str] | None = None, **extra: str
    ) -> Response:
        """A refusal in the envelope of the document."""
        error: JsonObject = {"name": f"{TITLES[status].replace(' ', '')}Exception", "message": message}
        if wrong is not None and (data := self.data(wrong)) is not None:
            error["data"] = data
        body: JsonObject = {
            "title": TITLES[status],
            "status": status,
            "message": message,
            "instance": f"{request.path}?{urlencode(request.query)}",
            "timestamp": "2026-01-31T12:00:00.000Z",
            "error": error,
        }
        return self.reply(status, body, **extra)

    def data(self, wrong: list[str]) -> Json:
        """What a refusal says of each wrong member."""
        return [{"code": "custom", "path": [name], "message": "Wrong."} for name in wrong]

    def reply(self, status: int, body: JsonObject, **extra: str) -> Response:
        """A reply with a JSON body."""
        fields = {
            "content-type": self.media_type,
            **self.extra,
            **{name.replace("_", "-"): extra[name] for name in extra},
        }
        return Response(status, tuple(fields.items()), json.dumps(body).encode())
