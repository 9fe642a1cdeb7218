"""The contract: what a normalised document says about models, operations and job routes, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path as FilePath

from reelmock.contracts.document import Document, load_document
from reelmock.contracts.job_routes import JobRoute, find_job_routes
from reelmock.contracts.jsontree import Json, JsonObject, member, text
from reelmock.contracts.models import Model, find_models
from reelmock.contracts.operations import Operation, find_operations
from reelmock.contracts.short_repr import ShortRepr

# The shipped document: in the package's root, in a wheel as in a checkout.
SHIPPED = FilePath(__file__).parent.parent / "openapi.json"


class UnknownModelError(KeyError):
    """A name that is no model's. The text names the known ones."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would print it in quotes


@dataclass(frozen=True, repr=False)
class Contract(ShortRepr):
    """What an API promises: read it with `load_contract`."""

    document: Document
    # The shipped document, which answers what this one does not say (error messages, clip sizes, prices).
    house: Document

    def __repr__(self) -> str:
        return f"Contract({self.title})"

    @property
    def title(self) -> str:
        """The document's title and version, for people."""
        info = member(self.document.tree, "info")
        return f"{text(info, 'title', 'untitled')} {self.version}"

    @property
    def version(self) -> str:
        """The document's `info.version`."""
        return text(member(self.document.tree, "info"), "version", "unversioned")

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of the document, in its order."""
        return find_operations(self.document)

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The models that a create operation takes, in the document's order."""
        return find_models(self.operations)

    @cached_property
    def job_routes(self) -> tuple[JobRoute, ...]:
        """The pairs of a create and a retrieve operation; empty when the document has none."""
        return find_job_routes(self.operations)

    @cached_property
    def _models_by_name(self) -> Mapping[tuple[str, str], Model]:
        """(Operation's key, id or alias) → model; an id goes before another model's alias."""
        by_alias = {(m.operation_key, alias): m for m in reversed(self.models) for alias in m.aliases}
        return by_alias | {(model.operation_key, model.id): model for model in reversed(self.models)}

    def model_of(self, operation: Operation, name: Json) -> Model | None:
        """The model of one operation with this id or alias, or None."""
        return self._models_by_name.get((operation.key, name)) if isinstance(name, str) else None

    @cached_property
    def _models_by_operation(self) -> Mapping[str, tuple[Model, ...]]:
        keys = dict.fromkeys(model.operation_key for model in self.models)
        return {key: tuple(model for model in self.models if model.operation_key == key) for key in keys}

    def models_of(self, operation: Operation) -> tuple[Model, ...]:
        """The models that one operation takes."""
        return self._models_by_operation.get(operation.key, ())

    def model(self, name: str) -> Model:
        """The model with this id or alias. UnknownModelError, which names the known ones."""
        by_id = (model for model in self.models if model.id == name)
        by_alias = (model for model in self.models if name in model.aliases)
        found = next(chain(by_id, by_alias), None)
        if found is None:
            known = ", ".join(model.id for model in self.models)
            raise UnknownModelError(f"the contract has no model '{name}'. It has: {known}")
        return found

    def extension(self, name: str) -> Json:
        """The document's `x-…` member, or the shipped document's when it has none of that name."""
        tree = self.document.tree
        return tree[name] if name in tree else self.house.tree.get(name)

    def extension_object(self, name: str) -> JsonObject:
        """`extension`, where an object is wanted."""
        return member(self.extension(name))


def chosen_models(model: str | Model | None, contract: Contract | None) -> tuple[Model, ...]:
    """The models that the arguments of a strategy or a command mean: one, or without `model` all of the contract's.

    The shipped contract is meant unless one is given. UnknownModelError for a name that is no model's, ContractError
    for a contract without models.
    """
    if isinstance(model, Model):
        return (model,)
    contract = contract or load_contract()
    found = contract.models if model is None else (contract.model(model),)
    if not found:
        raise contract.document.fail(
            "/paths", "no operation takes a payload", "Give a document with a create operation"
        )
    return found


def load_contract(path: str | FilePath | None = None) -> Contract:
    """The contract in an OpenAPI 3.0 or 3.1 file (JSON); without a path the shipped one, which is read only once.

    ContractError, which names the file, the JSON pointer and what to do, for a file that can't be used.
    """
    return _shipped() if path is None else _resolved(Contract(load_document(FilePath(path)), load_document(SHIPPED)))


@cache
def _shipped() -> Contract:
    house = load_document(SHIPPED)
    return _resolved(Contract(house, house))


def _resolved(contract: Contract) -> Contract:
    """The contract, all of whose references lead somewhere: a broken one shows now."""
    contract.operations  # noqa: B018
    return contract
