"""Servers that get the end of generations wrong: results, reasons and clips."""

from collections.abc import Callable

from reelmock.contracts.exchange import Response
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.tests.contracts.seeded.changes import content, error_reply, header, put, put_in, status, without
from reelmock.tests.contracts.seeded.jobs import CLIP_URL, GET, OOPS, completed, failed, failing
from reelmock.tests.contracts.seeded.wraps import (
    Defect,
    Wrap,
    answering,
    created,
    downloads,
    dropping,
    worded,
)

VIDEO = ("completed_has_video", "response_schema_conformance")
CLIP = ("video_is_downloadable",)
REASON = ("error_has_reason", "response_schema_conformance")


def clip(change: Callable[[Response], Response]) -> Wrap:
    """Downloads that are answered in another way."""
    return answering(lambda request, _: downloads(request), change)


def video(**members: Json) -> Wrap:
    """Completed generations whose result has other members."""
    return answering(completed, put_in("video", {**members}))


def error(members: JsonObject, *gone: str) -> Wrap:
    """Failed generations whose error has other members."""
    return answering(failed, put_in("error", members, *gone))


RESULTS: tuple[Defect, ...] = (
    Defect("completed without video", answering(completed, without("video")), VIDEO),
    Defect("completed with a video of null", answering(completed, put(video=None)), VIDEO),
    Defect("completed with an empty video", answering(completed, put(video={})), VIDEO),
    Defect("completed with a list", answering(completed, put(video=[CLIP_URL])), VIDEO),
    Defect("completed with a text", answering(completed, put(video="https://cdn.aimlapi.com/clips/any.mp4")), VIDEO),
    Defect("an empty URL", video(url=""), (*VIDEO, *CLIP)),
    Defect("a URL of null", video(url=None), VIDEO),
    Defect("a relative URL", video(url="/clips/any.mp4"), (*VIDEO, *CLIP)),
    Defect("a URL that is none", video(url="the video"), (*VIDEO, *CLIP)),
    Defect("a URL that nobody can open", video(url="file:///clips/any.mp4"), (*VIDEO, *CLIP)),
    Defect("a video while queued", answering(worded("queued"), put(video=CLIP_URL)), VIDEO),
    Defect("a video on creates", answering(created, put(video=CLIP_URL)), VIDEO),
    Defect("an error on completed", answering(completed, put(error=OOPS)), (*VIDEO, *REASON)),
    Defect("an error while generating", answering(worded("generating"), put(error=OOPS)), (*VIDEO, *REASON)),
    failing("failed without an error", answering(failed, without("error")), REASON),
    failing("failed with an error of null", answering(failed, put(error=None)), REASON),
    failing("failed with a text", answering(failed, put(error="The model is busy.")), REASON),
    failing("failed without a message", error({}, "message"), REASON),
    failing("failed without a name", error({}, "name"), REASON),
    failing("failed with an empty message", error({"message": ""}), REASON, guessed=True),
    failing("failed with an empty name", error({"name": ""}), REASON, guessed=True),
    failing("failed with a video", answering(failed, put(video=CLIP_URL)), (*VIDEO, *REASON)),
)
CLIPS: tuple[Defect, ...] = (
    Defect("a dead URL", clip(lambda _: error_reply(404, "Not Found")(GET)), CLIP),
    Defect("a URL of a host that is not there", dropping(downloads), CLIP),
    Defect("a URL that has expired", clip(lambda _: error_reply(403, "Forbidden")(GET)), CLIP),
    Defect("a URL that wants a key", clip(lambda _: error_reply(401, "Unauthorized")(GET)), CLIP),
    Defect("500 for the video", clip(lambda _: error_reply(500, "Internal Server Error")(GET)), CLIP),
    Defect("a page for the video", clip(content(b"<!doctype html><p>Gone", "text/html")), CLIP, guessed=True),
    Defect("a video declared as a page", clip(header("content-type", "text/html")), CLIP, guessed=True),
    Defect("a page declared as a video", clip(content(b"<!doctype html><p>Gone")), CLIP, guessed=True),
    Defect("JSON for the video", clip(content(b'{"url": "elsewhere"}', "application/json")), CLIP, guessed=True),
    Defect("a video of no bytes", clip(content(b"")), CLIP),
    Defect("204 for the video", clip(lambda _: Response(204)), CLIP),
    Defect("a video that is elsewhere", clip(lambda _: Response(302, (("location", "/"),))), CLIP, guessed=True),
    Defect("202 for the video", clip(status(202)), CLIP),
)

ENDS: tuple[Defect, ...] = (*RESULTS, *CLIPS)
