"""What is asked about a generation that was created: polls, with other keys too, and the download of its result."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from reelmock.contracts.evidence import evidence_at, weakest
from reelmock.contracts.exchange import Request
from reelmock.contracts.trial_maker import WRONG_KEY, TrialMaker
from reelmock.contracts.trials import Attempt, Cost, Kind, Sender, Trial

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
        known = maker.evidence(retrieve, "unknown_generation")
        yield replace(
            poll,
            kind=Kind.FOREIGN,
            request=maker.retrieving(generation, maker.other_key),
            what="a poll of another key's generation",
            case="GET:other_key",
            expected=(maker.status("unknown_generation"),),
            evidence=known,
            forbidden=known,
            sender=Sender.OTHER,
        )
    keyless = replace(
        poll,
        kind=Kind.KEYLESS,
        expected=(maker.status("missing_key"),),
        evidence=weakest(maker.evidence(retrieve, "missing_key"), maker.security(retrieve)),
        forbidden=maker.security(retrieve),
        sender=Sender.NOBODY,
    )
    for name, what, key in (
        ("no_key", "a poll of a generation without a key", None),
        ("wrong_key", "a poll of a generation with a key that nobody has", WRONG_KEY),
    ):
        request = maker.retrieving(generation, key)
        yield replace(keyless, request=request, what=what, case=f"GET:generation:{name}")


def download_trial(maker: TrialMaker, address: str, model: str) -> Trial:
    """A download of the beginning of a result, without a key."""
    poll = poll_trial(maker, "", model)
    request = Request.build("GET", address, headers=dict([SAMPLE]))
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
    host = urlsplit(address).hostname or "localhost"
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
