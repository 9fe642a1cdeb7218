"""reelmock: an offline stand-in for AI/ML API's video generation, driven by its OpenAPI document.

The public names are imported when they are first used: a test run that has reelmock installed but does not use it pays
nothing for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reelmock.contracts.contract import Contract, load_contract
    from reelmock.contracts.document import ContractError
    from reelmock.contracts.exchange import Request, Response
    from reelmock.contracts.stateful import state_machine
    from reelmock.contracts.strategies import create_requests, histories, invalid_payloads, valid_payloads
    from reelmock.mockserver.app import create_app
    from reelmock.mockserver.clock import RunningClock, VirtualClock
    from reelmock.mockserver.engine import Engine
    from reelmock.mockserver.quirks import quirks
    from reelmock.mockserver.settings import Settings
    from reelmock.pytest_plugin.errors import (
        EndlessPolling,
        ReelmockError,
        ToleratedDeviationWarning,
        UnusedRuleWarning,
    )
    from reelmock.pytest_plugin.mocking import mock
    from reelmock.pytest_plugin.reelmock_api import ReelMock

__version__ = "0.1.0"

# Public name → the module that has it.
_HOMES = {
    "Contract": "reelmock.contracts.contract",
    "ContractError": "reelmock.contracts.document",
    "EndlessPolling": "reelmock.pytest_plugin.errors",
    "Engine": "reelmock.mockserver.engine",
    "ReelMock": "reelmock.pytest_plugin.reelmock_api",
    "ReelmockError": "reelmock.pytest_plugin.errors",
    "Request": "reelmock.contracts.exchange",
    "Response": "reelmock.contracts.exchange",
    "RunningClock": "reelmock.mockserver.clock",
    "Settings": "reelmock.mockserver.settings",
    "ToleratedDeviationWarning": "reelmock.pytest_plugin.errors",
    "UnusedRuleWarning": "reelmock.pytest_plugin.errors",
    "VirtualClock": "reelmock.mockserver.clock",
    "create_app": "reelmock.mockserver.app",
    "create_requests": "reelmock.contracts.strategies",
    "histories": "reelmock.contracts.strategies",
    "invalid_payloads": "reelmock.contracts.strategies",
    "load_contract": "reelmock.contracts.contract",
    "mock": "reelmock.pytest_plugin.mocking",
    "quirks": "reelmock.mockserver.quirks",
    "state_machine": "reelmock.contracts.stateful",
    "valid_payloads": "reelmock.contracts.strategies",
}

__all__ = [
    "Contract",
    "ContractError",
    "EndlessPolling",
    "Engine",
    "ReelMock",
    "ReelmockError",
    "Request",
    "Response",
    "RunningClock",
    "Settings",
    "ToleratedDeviationWarning",
    "UnusedRuleWarning",
    "VirtualClock",
    "__version__",
    "create_app",
    "create_requests",
    "histories",
    "invalid_payloads",
    "load_contract",
    "mock",
    "quirks",
    "state_machine",
    "valid_payloads",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"reelmock has no attribute '{name}'. Public are: {', '.join(__all__)}")
    return getattr(import_module(home), name)
