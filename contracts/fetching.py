"""Downloading one document or page; the other thing in `contracts` that reaches for a network is `http_client.py`."""

from http.client import HTTPException
from typing import Protocol, cast
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    UnknownHandler,
)

from reelmock.contracts.document import MAX_FILE_BYTES

TIMEOUT = 10.0


class FetchError(ValueError):
    """A URL whose content can't be had. The text names the URL and says why; `problem` says why."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: {problem}")
        self.problem = problem


class _Reply(Protocol):
    def read(self, size: int) -> bytes: ...
    def close(self) -> None: ...


def fetch(url: str, *, timeout: float = TIMEOUT) -> bytes:
    """What an http or https URL answers, after redirects to such URLs; a proxy of the environment is used.

    FetchError for anything else: another scheme, a status such as 404, more than 32 MiB, or a server that is not there
    or stays silent for `timeout` seconds.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise FetchError(url, "only http and https URLs are downloaded")
    try:
        content = _read(url, timeout)
    except HTTPError as error:
        error.close()
        raise FetchError(url, f"the server answered {error.code} {error.reason}".rstrip()) from None
    except (HTTPException, OSError, ValueError) as error:
        raise FetchError(url, _why(error, timeout)) from None
    if len(content) > MAX_FILE_BYTES:
        raise FetchError(url, f"the server sent more than {MAX_FILE_BYTES:,} bytes")
    return content


def _read(url: str, timeout: float) -> bytes:
    """The body, and at most one byte more than is allowed."""
    reply = cast(_Reply, _opener().open(url, timeout=timeout))
    try:
        return reply.read(MAX_FILE_BYTES + 1)
    finally:
        reply.close()


def _opener() -> OpenerDirector:
    """An opener for http and https alone: urllib's own follows a redirect to ftp as well."""
    opener = OpenerDirector()
    opener.addheaders = [("User-Agent", "reelmock")]
    for handler in (
        ProxyHandler(),
        UnknownHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _why(error: Exception, timeout: float) -> str:
    """What went wrong on the way, in one line."""
    cause: object = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return f"the server was silent for {timeout:g} s"
    if isinstance(cause, OSError):
        return f"the server can't be reached ({cause.strerror or cause})"
    return f"there is no answer that can be read ({' '.join(str(cause).split()) or type(cause).__name__})"
