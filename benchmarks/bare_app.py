"""The yardstick: a Starlette app that answers with constants, under the same uvicorn settings as the fake.

python -m reelmock.benchmarks.bare_app CREATED_BYTES POLLED_BYTES READY_FILE

It does not even read a POST's body. The bodies of its replies have the given lengths, or their natural ones when those
are longer.
"""

import json
import os
import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from reelmock.mockserver.live import Server, listen, url_of


def bare_app(created_bytes: int, polled_bytes: int) -> Starlette:
    """The app; both arguments are lengths of bodies in bytes."""
    created = _padded({"id": "", "status": "queued", "meta": {"usage": {"credits_used": 1_040_000}}}, created_bytes)
    polled = _padded({"id": "", "status": "queued"}, polled_bytes)

    async def create(_: Request) -> JSONResponse:
        return JSONResponse(created)

    async def retrieve(_: Request) -> JSONResponse:
        return JSONResponse(polled)

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    path = "/v2/video/generations"
    return Starlette(
        routes=[
            Route("/health", health),
            Route(path, create, methods=["POST"]),
            Route(path, retrieve, methods=["GET"]),
        ]
    )


def _padded(body: dict[str, object], size: int) -> dict[str, object]:
    """`body` with an id of such a length that it is written in `size` bytes."""
    return body | {"id": "x" * (size - len(JSONResponse(body).body))}


def main() -> None:
    """Serve until SIGTERM; where is written to the ready file."""
    created_bytes, polled_bytes, ready_file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    listener = listen("127.0.0.1", 0)

    def ready() -> None:
        draft = ready_file.with_suffix(".draft")
        draft.write_text(json.dumps({"url": url_of(listener), "pid": os.getpid()}), encoding="utf-8")
        draft.replace(ready_file)

    Server(bare_app(created_bytes, polled_bytes), ready).run(sockets=[listener])


if __name__ == "__main__":
    main()
