"""A web site on loopback, and a name server that can be told what to say."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ssrfguard import Policy


@dataclass
class Site:
    """A web site on 127.0.0.1: what each path answers, and what was asked of it."""

    port: int = 0
    pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """A page, with its headers (content_type …); its address."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            told = {"content_type": "text/html; charset=utf-8"} | headers
            begin(request, status, told | {"content_length": str(len(body))})
            request.wfile.write(body)

        self.pages[path] = answer
        return self.url(path)

    def policy(self, **changes: Any) -> Policy:
        """As in earnest, but for this very address and port."""
        own = {"allowed_networks": ["127.0.0.1/32"], "allowed_ports": [80, 443, self.port]}
        return Policy(max_redirects=5, **(own | changes))


def begin(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()


@contextmanager
def web_site() -> Iterator[Site]:
    """A site that is served while the block runs."""
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            try:
                here.pages[self.path](self)
            except (BrokenPipeError, ConnectionResetError):
                return

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.port = server.server_port
        serving = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        serving.start()
        yield here
        here.closing.set()
        server.shutdown()


def resolving(*answers: str | list[str]) -> Any:
    """A name server that gives these answers, one after the other, the last for ever."""
    left = list(answers)

    def lookup(_host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        now = left.pop(0) if len(left) > 1 else left[0]
        every = [now] if isinstance(now, str) else now
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in every]

    return lookup
