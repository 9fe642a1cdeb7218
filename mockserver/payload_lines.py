"""What `reelmock payloads` prints: payloads as JSON lines or as a table, for users of any language."""

import json
from collections.abc import Sequence
from typing import Literal, TypedDict

from reelmock.contracts.contract import Contract, chosen_models
from reelmock.contracts.jsontree import Json, JsonObject, printable
from reelmock.contracts.mutations import Mutation, check_kinds, violations
from reelmock.contracts.tables import table

# So many payloads are drawn unless somebody says otherwise.
COUNT = 10


class PayloadOptions(TypedDict):
    """The options of `reelmock payloads`: `what` is None for valid ones, `count` None for the usual number."""

    spec: str | None
    model: str | None
    what: Literal["invalid", "violations"] | None
    kinds: tuple[str, ...]
    count: int | None
    seed: int | None
    format: Literal["json", "table"]


def payload_lines(contract: Contract, options: PayloadOptions, random_seed: int, width: int | None) -> list[str]:
    """The lines to print; those of a table are at most `width` characters long.

    ImportError, UnknownModelError and KindError have texts that say what to do.
    """
    if options["what"] == "violations":
        return _labelled(_catalogue(contract, options), options, width)
    # Here, because Hypothesis is an extra, and takes half a second that nobody else need wait.
    from reelmock.contracts.strategies import invalid_payloads, samples, valid_payloads  # noqa: PLC0415

    count = options["count"] or COUNT
    seed = random_seed if options["seed"] is None else options["seed"]
    if options["what"] == "invalid":
        mutations = invalid_payloads(options["model"], contract=contract, kinds=options["kinds"] or None)
        return _labelled(samples(mutations, count, seed), options, width)
    lines = [
        json.dumps(payload) for payload in samples(valid_payloads(options["model"], contract=contract), count, seed)
    ]
    if options["format"] == "json":
        return lines
    return table(("", "payload"), [(str(number), line) for number, line in enumerate(lines, 1)], width)


def _catalogue(contract: Contract, options: PayloadOptions) -> list[Mutation]:
    models = chosen_models(options["model"], contract)
    found = [mutation for model in models for mutation in violations(model.schema)]
    if options["kinds"]:
        check_kinds(options["kinds"], dict.fromkeys(mutation.kind for mutation in found), models)
        found = [mutation for mutation in found if mutation.kind in options["kinds"]]
    return found[: options["count"]]


def _labelled(mutations: Sequence[Mutation], options: PayloadOptions, width: int | None) -> list[str]:
    if options["format"] == "json":
        return [json.dumps(_record(mutation)) for mutation in mutations]
    lenient = {True: "takes it", False: "refuses"}
    rows = [(m.kind, lenient[m.tolerated], printable(m.sentence), json.dumps(m.payload)) for m in mutations]
    return table(("kind", "lenient", "what is wrong", "payload"), rows, width)


def _record(mutation: Mutation) -> JsonObject:
    return {
        "kind": mutation.kind,
        "pointer": mutation.pointer,
        "keyword": mutation.keyword,
        "implied": list[Json](mutation.implied),
        "message": mutation.sentence,
        "tolerated": mutation.tolerated,
        "payload": mutation.payload,
    }
