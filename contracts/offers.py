"""What sources offer for one document: each model once, with all that sources and pages call it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from reelmock.contracts.document import Document
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.models import Model, find_models
from reelmock.contracts.operations import Operation, find_operations
from reelmock.contracts.sources import Source
from reelmock.contracts.union_schemas import promises, without_discriminators


@dataclass(frozen=True, slots=True)
class Part:
    """A source that was read as a document, with its operations.

    `unknown` are the ids that its pages list and no schema of any source has, each with its page.
    """

    source: Source
    document: Document
    operations: tuple[Operation, ...]
    unknown: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, document: Document) -> "Part":
        """The part that a source gives. ContractError for a reference in it that leads nowhere."""
        return cls(source, document, find_operations(document))

    @property
    def nicknames(self) -> tuple[str, ...]:
        """What pages alone call the part's only model; of several models nobody can tell which one is meant."""
        return tuple(sorted(self.unknown)) if len({model.id for model in find_models(self.operations)}) == 1 else ()

    def wants(self, model: Model, glob: str) -> bool:
        """Whether the model's id, or another name of it, in a page too, matches a glob."""
        return any(fnmatchcase(name, glob) for name in (model.id, *model.aliases, *self.nicknames))

    @property
    def order(self) -> tuple[str, str]:
        """Sorts parts in the same way, however they were named on the command line."""
        return self.source.name, canonical(self.source.tree)


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that sources offer, with its names in pages alone (`aliases`)."""

    model: Model
    sources: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The operation's key and the model's id: what two offers of the same model share."""
        return self.model.operation_key, self.model.id

    @property
    def schema(self) -> JsonObject:
        """The model's schema as the merged document has it."""
        aliases: list[Json] = [*sorted({*words(items(self.model.schema, "x-aliases")), *self.aliases})]
        sources: Json = self.sources[0] if len(self.sources) == 1 else [*self.sources]
        schema: JsonObject = {
            "title": self.model.id,
            **member(without_discriminators(self.model.schema)),
            "x-source": sources,
        }
        return schema | ({"x-aliases": aliases} if aliases else {})


def canonical(value: Json) -> str:
    """A value as text that does not hang on the order of members."""
    return json.dumps(value, sort_keys=True)


def with_unknown_ids(parts: Sequence[Part]) -> list[Part]:
    """The parts with the ids that only pages have."""
    known = {name for part in parts for model in find_models(part.operations) for name in (model.id, *model.aliases)}
    return [
        replace(part, unknown={name: page.name for page in part.source.pages for name in page.ids if name not in known})
        for part in parts
    ]


def offers(parts: Sequence[Part], glob: str) -> tuple[tuple[Offer, ...], tuple[Finding, ...]]:
    """The models whose id or alias matches `glob`; of two that differ the one of the later part."""
    found: list[Finding] = []
    chosen: dict[tuple[str, str], Offer] = {}
    for part in parts:
        for offer in _offers_of(part, found):
            if part.wants(offer.model, glob):
                before = chosen.get(offer.key)
                chosen[offer.key] = offer if before is None else _one_of(before, offer, found)
    return tuple(sorted(chosen.values(), key=lambda offer: offer.key)), tuple(found)


def _offers_of(part: Part, found: list[Finding]) -> Iterator[Offer]:
    models = find_models(part.operations)
    for name, page in part.unknown.items():
        message = f"the page lists the model '{name}', which no schema has"
        done = f"Taken as another name of '{models[0].id}'" if part.nicknames else "Left out"
        severity = Severity.INFO if part.nicknames else Severity.WARNING
        found.append(Finding("unknown-page-id", severity, page, "", message, done))
    for model in models:
        yield Offer(model, (part.source.name,), part.nicknames)


def _one_of(before: Offer, after: Offer, found: list[Finding]) -> Offer:
    """One offer of two for the same model: both together when they promise the same, else the later one."""
    aliases = tuple(sorted({*before.aliases, *after.aliases}))
    if promises(before.model.schema) == promises(after.model.schema):
        same = min((before, after), key=lambda offer: canonical(offer.model.schema))
        return replace(same, sources=tuple(sorted({*before.sources, *after.sources})), aliases=aliases)
    loser, winner = ", ".join(before.sources), ", ".join(after.sources)
    message = f"the model '{before.model.id}' is not the same as in {winner}"
    found.append(Finding("model-conflict", Severity.WARNING, loser, "", message, f"The later source is used: {winner}"))
    return replace(after, aliases=aliases)
