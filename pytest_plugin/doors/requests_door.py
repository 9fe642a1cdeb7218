"""The door of requests.

requests sends through urllib3, and it is the door of urllib3 that answers: so a session keeps its adapters, with their
retries and time-outs. What is left for this one is that a request gets there. Seam: `Session.get_adapter`. It looks
past an adapter that is no `HTTPAdapter`, and past the library `responses`, which replaces `HTTPAdapter.send` and
refuses what it does not know.
"""

import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from requests import Session
from requests.adapters import BaseAdapter, HTTPAdapter

from reelmock.pytest_plugin.doors.carrying import hook
from reelmock.pytest_plugin.stack import Stack

LIBRARY = "requests"


class OwnSend(HTTPAdapter):
    """An adapter that sends as requests itself does, also while `responses` is active."""

    def send(self, *args: Any, **options: Any) -> Any:
        """See `HTTPAdapter.send`."""
        return _own_send()(self, *args, **options)


def install(stack: Stack) -> Callable[[], None]:
    """Let requests to the stack's hosts get as far as urllib3; gives the function that ends it."""

    def wrap(original: Callable[..., BaseAdapter]) -> Callable[..., BaseAdapter]:
        def get_adapter(session: Session, url: str) -> BaseAdapter:
            adapter = original(session, url)
            if stack.answering(urlsplit(url).hostname) is None:
                return adapter
            http = adapter if isinstance(adapter, HTTPAdapter) else HTTPAdapter()
            return http if HTTPAdapter.send is _own_send() else _past_responses(http)

        return get_adapter

    return hook(Session, "get_adapter", wrap)


def _past_responses(adapter: HTTPAdapter) -> HTTPAdapter:
    """The same adapter with `OwnSend` behind its class, where `super().send` of its own `send` finds it."""
    kind = type(adapter)
    past: type[HTTPAdapter] = OwnSend if kind is HTTPAdapter else type(kind.__name__, (kind, OwnSend), {})
    stand_in = past.__new__(past)
    stand_in.__dict__ = adapter.__dict__
    return stand_in


def _own_send() -> Callable[..., Any]:
    """The genuine `HTTPAdapter.send`, which `responses` keeps while its own is in that place."""
    own: Callable[..., Any] = getattr(sys.modules.get("responses"), "_real_send", HTTPAdapter.send)
    return own
