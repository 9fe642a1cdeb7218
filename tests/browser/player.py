"""A real browser that plays clips: one headless Chromium, one page, and the page's report on each clip."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import TypedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from reelmock.mockserver.live import LiveServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# Seconds in which the browser must have started and played everything, and those it gets to end in good order.
PATIENCE = 60
GRACE = 5

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-sync",
    # Lets the page play with sound unasked; the other switch keeps the loudspeaker quiet and the sound tracks decoded.
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
)


class Report(TypedDict, total=False):
    """What the page saw of one clip; times in seconds. A clip that failed has an `error` and not all of the rest."""

    url: str
    error: str
    width: int
    height: int
    duration: float
    played_to: float
    sought_to: float
    ended_at: float
    audio_bytes: int


def play(urls: Sequence[str], profile: Path) -> list[Report]:
    """Play the clips at `urls` in one start of Chromium; one report each, in any order.

    `profile` is an empty directory for the browser. RuntimeError with the browser's log when no report comes.
    """
    inbox: Queue[list[Report]] = Queue()
    with LiveServer(_page(urls, inbox)) as server, _chromium(server.url, profile) as log:
        try:
            return inbox.get(timeout=PATIENCE)
        except Empty:
            raise RuntimeError(f"no report within {PATIENCE} s:\n{log.read_text(errors='replace')}") from None


def _page(urls: Sequence[str], inbox: Queue[list[Report]]) -> Starlette:
    """The app that gives the page its playlist and puts the reports that come back into `inbox`."""

    async def page(request: Request) -> Response:
        return FileResponse(Path(__file__).with_name("player.html"))

    async def playlist(request: Request) -> Response:
        return JSONResponse(list(urls))

    async def reports(request: Request) -> Response:
        inbox.put(json.loads(await request.body()))
        return Response(status_code=204)

    routes = [Route("/", page), Route("/playlist", playlist), Route("/reports", reports, methods=["POST"])]
    return Starlette(routes=routes)


@contextmanager
def _chromium(url: str, profile: Path) -> Iterator[Path]:
    """A headless Chromium at `url`, in a process group of its own so that all of it ends; yields its log's path."""
    if CHROMIUM is None:
        raise RuntimeError("chromium is not installed")
    command = [CHROMIUM, *SWITCHES, f"--user-data-dir={profile}", url]
    path = profile / "log.txt"
    with path.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        yield path
    finally:
        # Chromium ends its helpers when it is asked to end; killed at once, it would leave them behind for a while.
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
