"""What is asked about a generation that was created: polls, with other keys too, and the download of its result."""

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit

from reelmock.contracts.evidence import evidence_at
from reelmock.contracts.exchange import Request
from reelmock.contracts.trial_maker import WRONG_KEY, TrialMaker
from reelmock.contracts.trials import Attempt, Cost, Kind, Sender, Trial
from reelmock.contracts.wire_form import Address, UrlError

# What stands in a URL as it is; anything else, such as a blank, can't be sent.
AS_IS = "!#$%&'()*+,/:;=?@[]~-._"

# The last part of names that lead into a private network.
PRIVATE_ENDINGS = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private"})

# So many redirects of a download are followed.
MAX_REDIRECTS = 3

# So much of a result is asked for.
SAMPLE = ("range", "bytes=0-65535")


def poll_trial(maker: TrialMaker, generation: str, model: str) -> Trial:
    """A poll by the key that created the generation."""
    retrieve = maker.route.retrieve
    return Trial(
        Kind.POLL,
        maker.retrieving(generation, maker.own_key),
        "a poll",
        "GET:poll",
        maker.route,
        retrieve,
        (retrieve.success_status,),
        evidence_at(maker.contract.document, ("paths", retrieve.path, retrieve.method.lower())),
        cost=Cost.PAID,
        model=model,
        generation=generation,
        sender=Sender.OWNER,
    )


def stranger_trials(maker: TrialMaker, generation: str, model: str) -> Iterator[Trial]:
    """Polls without a key, with a wrong one, and with the other key: none of them may see the generation."""
    if not maker.route.bearer:
        return
    retrieve, poll = maker.route.retrieve, poll_trial(maker, generation, model)
    if maker.other_key is not None:
        yield replace(
            poll,
            kind=Kind.FOREIGN,
            request=maker.retrieving(generation, maker.other_key),
            what="a poll of another key's generation",
            case="GET:other_key",
            expected=(maker.status("unknown_generation"),),
            evidence=maker.evidence(retrieve, "unknown_generation"),
            forbidden=maker.retrieval(),
            sender=Sender.OTHER,
        )
    for name, what, key in (
        ("no_key", "a poll of a generation without a key", None),
        ("wrong_key", "a poll of a generation with a key that nobody has", WRONG_KEY),
    ):
        keyless = maker.keyless(retrieve, maker.retrieving(generation, key))
        yield replace(
            keyless, what=what, case=f"GET:generation:{name}", cost=Cost.PAID, model=model, generation=generation
        )


def download_trial(maker: TrialMaker, address: str, model: str) -> Trial:
    """A download of the beginning of a result, without a key."""
    poll = poll_trial(maker, "", model)
    request = replace(Request.build("GET", address, headers=dict([SAMPLE])), target_as_is=_target(address))
    return replace(
        poll,
        kind=Kind.DOWNLOAD,
        request=request,
        what="a download of the result",
        case="GET:result",
        operation=None,
        expected=(200, 206),
        sender=Sender.NOBODY,
    )


def _target(address: str) -> str:
    """Path and query as the address has them: one that is signed holds in its own spelling alone."""
    parts = urlsplit(address)
    told = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return quote(told, safe=AS_IS)


def is_address(told: str) -> bool:
    """Whether a text is an http or https URL that can be asked for."""
    try:
        parts = urlsplit(told)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets without an IP address, a port that is no number
        return False


def redirected(attempt: Attempt, address: str) -> str | None:
    """Where a reply to a download sends its client, or None where it sends it nowhere."""
    told = attempt.response.header("location") if attempt.response is not None else None
    if told is None or attempt.status not in (301, 302, 303, 307, 308):
        return None
    try:
        there = urljoin(address, told)
    except ValueError:
        return None
    return there if is_address(there) else None


def may_be_asked(address: str, target: str) -> bool:
    """Whether a reply may send us to this address: it is none within a private network, which a public server has no
    business to name."""
    return _private(target) or not _private(address)


def _private(address: str) -> bool:
    """Whether a host is in a private network, by its name alone: an address in whatever notation, or the ending."""
    try:
        host = Address.of(re.split("[?#]", address)[0]).host.rstrip(".").lower()
    except UrlError:
        return True
    try:
        return not ip_address(host).is_global or host.startswith("64:ff9b:")
    except ValueError:
        last = host.rpartition(".")[2]
        return "." not in host or last in PRIVATE_ENDINGS or last.isdigit() or last.startswith("0x")
