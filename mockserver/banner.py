"""What `reelmock serve` says when it answers: where, how to call it, and which keys it takes."""

import json
import shlex

from reelmock.contracts.instances import example_payload
from reelmock.mockserver.engine import Engine

ANY_KEY = "any-key"


def banner(engine: Engine, url: str) -> str:
    """The text for the terminal, several lines."""
    contract, settings = engine.contract, engine.settings
    route = contract.job_routes[0]
    keys = ", ".join(settings.api_keys) or "any that is not empty"
    models = [model.id for model in contract.models] or ["none declared"]
    lines = [
        f"reelmock answers at {url}",
        f"  contract     {contract.title}",
        f"  models       {models[0]}{f' and {len(models) - 1} more' if len(models) > 1 else ''}",
        f"  progression  {settings.progression} ({settings.validation}, seed {settings.seed})",
        f"  keys         {keys}",
        "",
        "Create a generation:",
        f"  {curl(engine, url)}",
        f"then poll it: {route.example_call}. Ctrl-C ends the server.",
    ]
    return "\n".join(lines)


def curl(engine: Engine, url: str) -> str:
    """A `curl` command that creates a generation."""
    create = engine.contract.job_routes[0].create
    payload = example_payload(engine.contract, create)
    key = next(iter(engine.settings.api_keys), ANY_KEY)
    parts = ["curl", "-s", url + create.path, "-H", f"Authorization: Bearer {key}"]
    return shlex.join([*parts, "-H", "Content-Type: application/json", "-d", json.dumps(payload)])
