"""vcrpy, which stands before aiohttp's sessions, where no door of ours can: it is told to let our requests pass.

Seam: what a cassette asks about each request. For one that a mock answers it can't play anything, and records nothing;
so it does not matter which of both started first.
"""

from collections.abc import Callable
from typing import Any

from vcr.cassette import Cassette  # type: ignore[import-untyped]  # it ships no types

from reelmock.pytest_plugin.doors.carrying import hook
from reelmock.pytest_plugin.stack import Stack

LIBRARY = "vcr"


def install(stack: Stack) -> Callable[[], None]:
    """Let vcrpy pass over requests to the stack's hosts; gives the function that ends it."""

    def unless_answered(original: Callable[..., Any]) -> Callable[..., Any]:
        def ask(cassette: Cassette, request: Any) -> Any:
            return None if stack.answering(request.host) is not None else original(cassette, request)

        return ask

    removals = [hook(Cassette, name, unless_answered) for name in ("can_play_response_for", "filter_request")]

    def remove() -> None:
        for removal in removals:
            removal()

    return remove
