"""A pure server behind a real socket, and what a server can do wrong on the wire alone."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.trials import NoReplyError, Send

# Writes a reply to a socket; what a well-behaved server does is `whole`.
Write = Callable[[BaseHTTPRequestHandler, Response], None]


def whole(handler: BaseHTTPRequestHandler, response: Response) -> None:
    """The reply as it is."""
    write(handler, response, len(response.body))


def write(handler: BaseHTTPRequestHandler, response: Response, length: int) -> None:
    """The reply, with a body that is said to have `length` bytes."""
    handler.send_response(response.status)
    for name, value in response.headers:
        if name != "content-length":
            handler.send_header(name, value)
    handler.send_header("content-length", str(length))
    handler.end_headers()
    handler.wfile.write(b"" if handler.command == "HEAD" else response.body)


def cut_off(handler: BaseHTTPRequestHandler, response: Response) -> None:
    """The connection ends before the body does."""
    write(handler, response, len(response.body) + 10)


def no_http(handler: BaseHTTPRequestHandler, _: Response) -> None:
    """Something else than HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


def hung_up(handler: BaseHTTPRequestHandler, _: Response) -> None:
    """Nothing at all."""
    handler.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(send: Send, write_reply: Write = whole) -> Iterator[str]:
    """The base URL at which `send` answers, one request after another; addresses of clips lie on the same host."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):  # any method that a client may think of
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = dict(self.headers.items())
            request = Request.build(self.command, self.path, headers=headers, body=self.rfile.read(length))
            with lock:
                try:
                    response = send(replace(request, origin=url))
                except NoReplyError:
                    hung_up(self, Response(0))
                    return
            write_reply(self, response)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()
