"""The route of the clips: what the URL of a completed generation serves."""

from typing import Final

from reelmock.contracts.exchange import Request
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.clips import render_clip
from reelmock.mockserver.downloads import UnsatisfiableRangeError, download
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.generations import standing
from reelmock.mockserver.jobs import Answer
from reelmock.mockserver.rules import Effect
from reelmock.mockserver.store import Store

CLIP_MEDIA_TYPE: Final = "video/mp4"
CLIP_METHODS: Final = "GET, HEAD, OPTIONS"


def serve_clip(store: Store, generation_id: str, request: Request, now: float, effect: Effect) -> Answer:
    """The clip of a completed generation. Refusal for a wrong method or range, and when there is none, or no longer."""
    if request.method not in ("GET", "HEAD"):
        raise Refusal("method_not_allowed", allow=CLIP_METHODS, headers=(("allow", CLIP_METHODS),))
    generation = store.get(generation_id)
    if generation is None or standing(generation, now).state is not State.COMPLETED:
        raise Refusal("unknown_clip")
    if effect.expires_after_s is not None and now > generation.created_at + effect.expires_after_s:
        raise Refusal("expired_clip")
    content = render_clip(generation.clip, generation.id)
    try:
        response = download(request, content, CLIP_MEDIA_TYPE)
    except UnsatisfiableRangeError as error:
        spread = (("content-range", f"bytes */{error.length}"),)
        length, received = error.length, error.received
        raise Refusal("range_not_satisfiable", headers=spread, length=length, received=received) from None
    return Answer(response, generation_id=generation.id, status="clip")
