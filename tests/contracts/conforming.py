"""Servers that keep the shipped document and have other habits than the fake where it says nothing, or only guesses."""

import json
from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.tests.contracts.seeded.sound import KEYS, PATH, Job, Server

__all__ = ["CONFORMING", "HAMPERED", "KEYS", "Generous", "Server"]


class Express(Server):
    """Ids are UUIDs. A method that there is not gets the web framework's own page, with 404; refusals have no data."""

    def new_id(self, number: int) -> str:
        """A UUID."""
        return str(UUID(int=0x6F1C1A528F3E4C5E9D530D6C1B8F2A10 + number))

    def other_method(self, request: Request) -> Response:
        """The page of a framework that knows routes by method and path together."""
        page = f"<!DOCTYPE html>\n<pre>Cannot {request.method} {request.path}</pre>\n"
        return Response(404, (("content-type", "text/html; charset=utf-8"),), page.encode())

    def data(self, wrong: list[str]) -> Json:
        """Nothing."""
        return None


class BehindAnEdge(Server):
    """Ids are numbers as text. Replies have headers of a network, and a charset; 400 is what any bad body gets."""

    media_type = "application/json; charset=utf-8"
    extra: ClassVar[Mapping[str, str]] = {
        "server": "edge",
        "cf-ray": "8f0d6c1b8f2a10-FRA",
        "set-cookie": "__cf_bm=abc; path=/; HttpOnly",
        "x-ratelimit-remaining": "998",
        "strict-transport-security": "max-age=15552000",
        "vary": "Accept-Encoding",
    }

    def new_id(self, number: int) -> str:
        """A number."""
        return str(84_217_000 + number)

    def bad_type(self, request: Request) -> Response | None:
        """What is not declared as JSON is a bad request as any other."""
        return super().bad_type(request) and self.refuse(request, 400, "Unexpected token in JSON at position 0")

    def other_method(self, request: Request) -> Response:
        """A status without a body."""
        return Response(405, (("content-length", "0"),))


class Slow(Server):
    """Ids have the date in them. A job waits for five minutes, and takes seven more; its file lies in a bucket."""

    file_type = "binary/octet-stream"

    def new_id(self, number: int) -> str:
        """A date, and a few letters."""
        return f"cgt-20260131120000-{number:05x}"

    def state(self, job: Job) -> str:
        """By the time that has passed."""
        age = self.now() - job.made_at
        return "queued" if age < 300 else "generating" if age < 720 else "completed"


class BodyFirst(Server):
    """Ids name the vendor, with characters that an address has to escape. The body is looked at before the key; twenty
    polls tell `queued`, and none ever `generating`. A poll without an id finds nothing."""

    def create(self, request: Request) -> Response:
        """The content type and the body first."""
        return self.bad_type(request) or self.bad_body(request) or self.keyless(request) or self.make(request)

    def new_id(self, number: int) -> str:
        """A UUID and the model's name."""
        return f"{UUID(int=number << 64)}:pixverse/v5.5+fast 1"

    def state(self, job: Job) -> str:
        """Late, and then at once."""
        return "queued" if job.polls <= 20 else "completed"

    def without_id(self, request: Request) -> Response:
        """As for an id that is not known."""
        return self.refuse(request, 404, "Nothing is known of that.")


class WithNulls(Server):
    """What is not there is null. No content type is looked at; a refusal has an object as its data."""

    def bad_type(self, request: Request) -> Response | None:
        """Never."""
        return None

    def make(self, request: Request) -> Response:
        """A new job that is worked on at once."""
        body = json.loads(super().make(request).body)
        return self.reply(200, {"video": None, "error": None, "meta": None} | body | {"status": "generating"})

    def told(self, generation: str, job: Job) -> JsonObject:
        """Every member, and null where there is nothing."""
        nothing: JsonObject = {"video": None, "error": None, "meta": {"usage": None}}
        return nothing | super().told(generation, job)

    def state(self, job: Job) -> str:
        """Worked on, and done."""
        return "generating" if job.polls < 2 else "completed"

    def data(self, wrong: list[str]) -> Json:
        """A kind for all of them."""
        return {"kind": "err_validation", "count": len(wrong)}

    def other_method(self, request: Request) -> Response:
        """A bad request."""
        return self.refuse(request, 400, "That can't be done.")


class Failing(Server):
    """Jobs fail. Its headers are those of the document; it is strict, with a reader of its own."""

    def create(self, request: Request) -> Response:
        """As documented, and its headers beside it."""
        response = super().create(request)
        if response.status != 200:
            return response
        told = (
            ("x-inference-id", json.loads(response.body)["id"]),
            ("x-aimlapi-credits-used", "0"),
            ("x-aimlapi-usd-spent", "0.00"),
        )
        return Response(200, (*response.headers, *told, *self.echo(request)), response.body)

    def retrieve(self, request: Request) -> Response:
        """As documented, with the client's own id."""
        response = super().retrieve(request)
        return Response(response.status, (*response.headers, *self.echo(request)), response.body)

    def echo(self, request: Request) -> tuple[tuple[str, str], ...]:
        """The client's own id of its request."""
        given = request.header("x-client-request-id")
        return (("x-client-request-id", given),) if given else ()

    def told(self, generation: str, job: Job) -> JsonObject:
        """An error at the end."""
        body = super().told(generation, job)
        if body["status"] != "completed":
            return body
        return {
            "id": generation,
            "status": "error",
            "error": {"name": "Moderation", "message": "The picture is not safe."},
        }


class Generous(Server):
    """It is done at once: the first poll tells the end. Ids are long, and a text of digits is a number."""

    def new_id(self, number: int) -> str:
        """A long one."""
        return f"{number:0>200}"

    def state(self, job: Job) -> str:
        """Done."""
        return "completed"

    def bad_body(self, request: Request) -> Response | None:
        """A number may come as text, as many clients send it."""
        try:
            payload = json.loads(request.body)
        except ValueError:
            return super().bad_body(request)
        if isinstance(payload, dict):
            read = {name: read_number(name, value) for name, value in payload.items()}
            request = Request("POST", PATH, headers=request.headers, body=json.dumps(read).encode())
        return super().bad_body(request)


def read_number(name: str, value: Json) -> Json:
    """A number for a text of digits where one is wanted."""
    wanted = name in ("duration", "seed") and isinstance(value, str) and value.isdecimal()
    return int(str(value)) if wanted else value


class OutOfCredits(Server):
    """The key has nothing left: valid payloads get 403, which is documented."""

    def make(self, request: Request) -> Response:
        """Nothing is made."""
        return self.refuse(request, 403, "You've run out of credits.")


class Busy(Server):
    """Each fifth request is one too many."""

    asked = 0

    def __call__(self, request: Request) -> Response:
        """Answer a request, or tell to come again."""
        self.asked += 1
        if self.asked % 5 == 0:
            return self.refuse(request, 429, "Too many requests.", retry_after="1")
        return super().__call__(request)


class Shaky(Server):
    """The second poll of each job gets no further than the network in front."""

    def retrieve(self, request: Request) -> Response:
        """A time-out once, as documented."""
        job = self.jobs.get(dict(request.query).get("generation_id", ""))
        if job is not None and job.key == self.key(request) and job.polls == 1:
            job.polls += 1
            return self.refuse(request, 524, "A timeout occurred.")
        return super().retrieve(request)


# Servers that conform, and have nothing that anybody has to look at.
CONFORMING: tuple[type[Server], ...] = (Express, BehindAnEdge, Slow, BodyFirst, WithNulls, Failing, Generous)
# Servers that conform, and don't let themselves be judged in full.
HAMPERED: tuple[type[Server], ...] = (OutOfCredits, Busy, Shaky)
