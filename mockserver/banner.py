"""What `reelmock serve` says when it answers: where, how to call it and to control it, and which keys it takes."""

import json
import shlex

from reelmock.contracts.calls import call
from reelmock.contracts.instances import example_payload
from reelmock.mockserver.control_api import PREFIX
from reelmock.mockserver.engine import Engine

ANY_KEY = "any-key"


def banner(engine: Engine, url: str, token: str | None = None) -> str:
    """The text for the terminal, several lines; `token` is that of the control API, where there is one."""
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
        *([f"  control      {url}{PREFIX}/ (token {token})"] if token is not None else []),
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
    request = call(create, key=next(iter(engine.settings.api_keys), ANY_KEY), payload=payload)
    headers = (part for name, value in request.headers for part in ("-H", f"{name.title()}: {value}"))
    return shlex.join(["curl", "-s", url + request.target, *headers, "-d", json.dumps(payload)])
