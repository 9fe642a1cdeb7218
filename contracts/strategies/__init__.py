"""Hypothesis strategies for payloads, requests and histories, from the document alone: the extra `payloads`."""

try:
    import hypothesis  # noqa: F401 - only to say early and plainly what is missing
except ImportError as _missing:
    raise ImportError("the strategies need Hypothesis: pip install 'reelmock[payloads]'") from _missing

from reelmock.contracts.strategies.histories import History, histories
from reelmock.contracts.strategies.payloads import invalid_payloads, valid_payloads
from reelmock.contracts.strategies.requests import CreateRequest, create_requests
from reelmock.contracts.strategies.samples import samples
from reelmock.contracts.strategies.schemas import from_schema

__all__ = [
    "CreateRequest",
    "History",
    "create_requests",
    "from_schema",
    "histories",
    "invalid_payloads",
    "samples",
    "valid_payloads",
]
