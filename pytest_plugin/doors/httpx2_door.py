"""The door of httpx2, a fork of httpx with the same structure and classes of its own; respx itself does not see it."""

from collections.abc import Callable

import httpx2

from reelmock.pytest_plugin.doors.httpx_door import install_into
from reelmock.pytest_plugin.stack import Stack

LIBRARY = "httpx2"


def install(stack: Stack) -> Callable[[], None]:
    """Answer the stack's hosts in httpx2; gives the function that ends it."""
    return install_into(httpx2, stack)
