"""What a run sends that can't be charged to the key: every POST has no key or a wrong one, with the key it only reads,
asks for ids that were never given, and calls methods that are not declared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reelmock.contracts.evidence import INFERRED, Evidence
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import minimal_payload
from reelmock.contracts.models import Model
from reelmock.contracts.trial_maker import WRONG_KEY, TrialMaker, near_keys
from reelmock.contracts.trials import Kind, Sender, Trial
from reelmock.contracts.unreadable_trials import UNREADABLE, typed, unreadable

# What `Authorization` can be that is no bearer key: (name of the case, value).
NO_BEARER_KEYS = (("empty_key", "Bearer"), ("basic", "Basic cmVlbG1vY2s6Y2hlY2s="))

# Those that are sent without a key as well.
BROKEN_WITHOUT_KEY = frozenset({"cut_off_json", "empty_body", "array"})

# Ids that can't be: whether they are unknown or wrong is the server's choice.
ODD_IDS: Mapping[str, str] = {"empty": "", "odd": 'it\'s "odd" <&%', "long": "x" * 500}

METHODS = ("PUT", "PATCH", "DELETE")

NOT_KNOWN = Evidence(INFERRED, "what the API takes for a key beside the documented form is not known", "")


def free_trials(maker: TrialMaker, models: Sequence[Model]) -> Iterator[Trial]:
    """The trials of one job route that can't be charged to the key."""
    if maker.let_in:
        yield from _unknown_ids(maker)
    if maker.route.bearer:
        yield from _reading_without_key(maker)
        yield from _creating_without_key(maker, models)
        yield from _broken_without_key(maker, models)
    yield from _methods(maker)


def _creating_without_key(maker: TrialMaker, models: Sequence[Model]) -> Iterator[Trial]:
    """A valid payload for each model, without a key; with wrong ones, where a right one is known, for one model."""
    template = maker.keyless(maker.route.create, maker.creating({}))
    if not models:
        yield template
    for model in models:
        request = maker.creating(minimal_payload(model.schema))
        yield replace(template, request=request, case=f"POST:{model.id}:no_key".replace(" ", "_"), model=model.id)
    if maker.key is not None:
        request = maker.creating(minimal_payload(models[0].schema) if models else {})
        for name, value in (("wrong_key", f"Bearer {WRONG_KEY}"), *NO_BEARER_KEYS):
            yield replace(
                template,
                request=_authorized(request, value),
                what=f"a POST with {_said(name)}",
                case=f"POST:{name}",
                model=models[0].id if models else "",
            )


def _said(name: str) -> str:
    told = {
        "wrong_key": "a key that nobody has",
        "empty_key": "an empty bearer key",
        "basic": "another scheme than Bearer",
        "longer_key": "the key and one character more",
        "shorter_key": "the key without its last character",
        "other_case": "the key in the other case",
        "no_scheme": "the key without its scheme",
        "other_scheme": "the key behind another scheme",
    }
    return told[name]


def _reading_without_key(maker: TrialMaker) -> Iterator[Trial]:
    """A poll without a key; with wrong ones, where a right one is known."""
    request = maker.retrieving(maker.unknown_id)
    template = maker.keyless(maker.route.retrieve, request)
    yield template
    if maker.key is not None:
        for name, value in _wrong_keys(maker.key):
            sent = _authorized(request, value)
            trial = replace(template, request=sent, what=f"a GET with {_said(name)}", case=f"GET:{name}")
            unsure = name.endswith("_scheme")
            yield replace(trial, evidence=NOT_KNOWN, forbidden=NOT_KNOWN) if unsure else trial


def _wrong_keys(key: str) -> Iterator[tuple[str, str]]:
    """(Name of the case, value of `Authorization`): what is not the key, though it may be near."""
    yield from (("wrong_key", f"Bearer {WRONG_KEY}"), *NO_BEARER_KEYS)
    yield from ((name, f"Bearer {other}") for name, other in near_keys(key).items())
    yield from (("no_scheme", key), ("other_scheme", f"Token {key}"))


def _broken_without_key(maker: TrialMaker, models: Sequence[Model]) -> Iterator[Trial]:
    """Broken bodies: whether the key or the body is looked at first is not known, but they are refused."""
    for name, body, refusal in (one for one in UNREADABLE if one[0] in BROKEN_WITHOUT_KEY):
        yield replace(unreadable(maker, name, body, refusal), kind=Kind.KEYLESS_BROKEN, case=f"POST:no_key:{name}")
    request = maker.creating(minimal_payload(models[0].schema) if models else {})
    mistyped = replace(request, headers=typed(request, "text/plain"))
    trial = unreadable(maker, "text_plain", b"", "unsupported_media_type")
    yield replace(
        trial,
        kind=Kind.KEYLESS_BROKEN,
        request=mistyped,
        what="the content type is text/plain",
        case="POST:no_key:text_plain",
    )


def _authorized(request: Request, value: str) -> Request:
    return replace(request, headers=(*request.headers, ("authorization", value)))


def _unknown_ids(maker: TrialMaker) -> Iterator[Trial]:
    """Ids that were never given, or can't be, and a call without one."""
    route, retrieve = maker.route, maker.route.retrieve
    template = Trial(
        Kind.UNKNOWN_ID,
        maker.retrieving(maker.unknown_id, maker.own_key),
        "an id that was never given",
        "GET:unknown_id",
        route,
        retrieve,
        (maker.status("unknown_generation"),),
        maker.evidence(retrieve, "unknown_generation"),
        maker.retrieval(),
        sender=Sender.OWNER,
    )
    for form, unknown in maker.unknown_ids.items():
        request, what = maker.retrieving(unknown, maker.own_key), f"an id that was never given ({form})"
        yield replace(template, request=request, what=what, case=f"GET:unknown_id:{form}")
    if route.id_parameter.location == "query":
        either = replace(template, expected=(*template.expected, maker.status("missing_parameter")))
        for form, odd in ODD_IDS.items():
            request, what = maker.retrieving(odd, maker.own_key), f"an id that can't be ({form})"
            yield replace(either, request=request, what=what, case=f"GET:unknown_id:{form}")
    if maker.own_key is not None:
        request = _authorized(maker.retrieving(maker.unknown_id), f"bearer {maker.own_key}")
        what = "an id that was never given (and `bearer` in small letters)"
        yield replace(template, request=request, what=what, case="GET:unknown_id:small_bearer", evidence=NOT_KNOWN)
    if route.id_parameter.location == "query" and route.id_parameter.required:
        yield _without_id(maker, template)


def _without_id(maker: TrialMaker, template: Trial) -> Trial:
    name, known = maker.route.id_parameter.name, maker.evidence(maker.route.retrieve, "missing_parameter")
    return replace(
        template,
        kind=Kind.NO_ID,
        request=replace(template.request, query=tuple(field for field in template.request.query if field[0] != name)),
        what="a call without an id",
        case="GET:no_id",
        expected=(maker.status("missing_parameter"),),
        evidence=known,
        forbidden=known,
    )


def _methods(maker: TrialMaker) -> Iterator[Trial]:
    """Methods that the document does not declare on the paths of the route."""
    route = maker.route
    evidence, refused = maker.evidence(route.retrieve, "method_not_allowed"), maker.status("method_not_allowed")
    for index, path in enumerate(dict.fromkeys((route.create.path, route.retrieve.path))):
        declared = {operation.method for operation in maker.contract.operations if operation.path == path}
        for method in (method for method in METHODS if method not in declared):
            keyless, keyed = (
                Trial(
                    Kind.METHOD,
                    replace(
                        maker.retrieving(maker.unknown_id, key) if index else maker.creating(None, key), method=method
                    ),
                    f"{method}, which the path does not have",
                    f"{method}:{'retrieve' if index else 'create'}",
                    route,
                    None,
                    (refused,),
                    evidence,
                    evidence,
                    sender=Sender.NOBODY if key is None else Sender.OWNER,
                )
                for key in (None, maker.own_key)
            )
            # With the key only where a server wants one first: one that takes anything never sees it.
            locked = (refused, maker.status("missing_key"))
            yield replace(keyless, expected=locked, keyed=keyed if maker.own_key else None)
