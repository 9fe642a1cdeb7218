"""The contract that the options name, and the hosts whose requests are answered for it."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.jsontree import items, text
from reelmock.pytest_plugin.options import Options


def contract_of(options: Options) -> Contract:
    """The contract that the option `spec` names, or the shipped one."""
    if isinstance(options.spec, Contract):
        return options.spec
    return _loaded(options.spec, Path(options.spec or SHIPPED).stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _loaded(spec: str | None, changed_ns: int) -> Contract:  # noqa: ARG001 - a file that changed is read again
    """A contract is a value, and reading it takes longer than many a test."""
    return load_contract(spec)


def clip_host(contract: Contract) -> str:
    """The host of the clips, or ""."""
    host = contract.extension("x-clip-host")
    return host.lower() if isinstance(host, str) else ""


def hosts_of(contract: Contract) -> set[str]:
    """The hosts of the document's servers and of the clips; none when it names no server."""
    urls = (text(server, "url") for server in items(contract.document.tree, "servers"))
    hosts = {host for url in urls if (host := urlsplit(url).hostname)}
    return {*hosts, clip_host(contract)} if hosts else set()
