"""Who may use the control API: whoever knows its token, from this machine; never a web page in somebody's browser."""

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from reelmock.contracts.conformance import bearer_key
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import excerpt
from reelmock.mockserver.control_api import PREFIX, ControlError

TOKEN_HEADER = "x-reelmock-token"  # noqa: S105 - a header's name, not a token

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a server listens: its address, its port, and the names that it was given for the address."""

    address: str
    port: int | None
    names: Collection[str] = ()


def check_origin(request: Request, bound: Bound | None) -> None:
    """ControlError for a request in which a web page may have a hand.

    A page of another site tells its own `Origin`. A name of another site that was made to lead here (DNS rebinding)
    tells itself in `Host`; the names of loopback are nobody's, so any port will do (one may be forwarded to ours).
    """
    host = request.header("host") or ""
    if not _is_ours(host, bound):
        there = f" or {_shown(bound.address)}:{bound.port}" if bound is not None else ""
        raise ControlError(
            403, f"the host {excerpt(host)} is not this machine: call {PREFIX} at localhost, 127.0.0.1, [::1]{there}"
        )
    origin, own = request.header("origin"), f"{request.origin.partition('://')[0]}://{host}"
    if origin is not None and origin.lower() != own.lower():
        raise ControlError(
            403,
            f"the request comes from a page of {excerpt(origin)}, and {PREFIX} is not for web pages: call it from a "
            "program, without the header `Origin`",
        )


def check_token(request: Request, token: str) -> None:
    """ControlError unless the request brings the token, in either of two headers."""
    given = (bearer_key(request), request.header(TOKEN_HEADER))
    # Both are compared in any case, each in a time that tells nothing of the token.
    same = [hmac.compare_digest((text or "").encode("utf-8", "surrogatepass"), token.encode()) for text in given]
    if not any(same):
        came = "another one came" if any(given) else "none came"
        raise ControlError(
            401,
            f"{PREFIX} wants its token, and {came}: send `Authorization: Bearer TOKEN` or `X-Reelmock-Token: TOKEN` "
            "with the one that `reelmock serve` prints or takes (--control-token), or `reelmock_server.control_token`",
            (("www-authenticate", "Bearer"),),
        )


def _is_ours(host: str, bound: Bound | None) -> bool:
    """Whether a `Host` names this machine as loopback, or as the address that the server listens on."""
    parts = HOST.fullmatch(host)
    if parts is None:
        return False
    name, port = parts[1].strip("[]").lower(), int(parts[2] or 80)
    address = _address(name)
    if name == "localhost" or (address is not None and address.is_loopback):
        return True
    if bound is None or port != bound.port:
        return False
    return name in map(str.lower, bound.names) or (address is not None and address == _address(bound.address))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is, if it is one; to a server for both versions, one of version 4 is a mapped one."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _shown(address: str) -> str:
    shown = str(_address(address) or address)
    return f"[{shown}]" if ":" in shown else shown
