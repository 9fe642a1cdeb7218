"""What lets a page on any origin read the replies: the key, not a cookie, is what protects them."""

import re
from typing import Final

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Fields, Request, Response

HEADER_NAMES: Final = re.compile(r"[A-Za-z0-9_\-, ]{1,2000}", re.ASCII)


def preflight(request: Request, allow: str) -> Response:
    """The answer to OPTIONS, for browsers (CORS) and anybody else."""
    wanted = request.header("access-control-request-headers") or ""
    names = wanted if HEADER_NAMES.fullmatch(wanted) else "authorization, content-type, x-client-request-id"
    fields = (
        ("allow", allow),
        ("access-control-allow-methods", allow),
        ("access-control-allow-headers", names),
        ("access-control-max-age", "600"),
    )
    return Response(204, fields)


def cors_fields(contract: Contract) -> Fields:
    """The headers of a reply to a request with `Origin`."""
    specs = (spec for operation in contract.operations for spec in operation.responses.values())
    exposed = dict.fromkeys(name for spec in specs for name, header in spec.headers.items() if "x-value" in header)
    fields: Fields = (("access-control-allow-origin", "*"),)
    return (*fields, ("access-control-expose-headers", ", ".join(exposed))) if exposed else fields
