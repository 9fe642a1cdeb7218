"""One operation of one of two documents that are compared, with what `Operation` does not keep of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import JsonObject, Path, member
from reelmock.contracts.models import Model
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation, enum_values


@dataclass(frozen=True)
class Side:
    """One operation of one of the two documents."""

    contract: Contract
    operation: Operation

    @property
    def tree(self) -> JsonObject:
        """The whole document."""
        return self.contract.document.tree

    @property
    def path(self) -> Path:
        """Where the operation stands in its document."""
        return ("paths", self.operation.path, self.operation.method.lower())

    @property
    def schema_path(self) -> Path:
        """Where the schema of its JSON body stands."""
        return (*self.path, "requestBody", "content", JSON_MEDIA_TYPE, "schema")

    @cached_property
    def item(self) -> JsonObject:
        """What stands at the operation's path, references written out."""
        return self.contract.document.resolve_object(member(self.tree, "paths").get(self.operation.path))

    @cached_property
    def raw(self) -> JsonObject:
        """The operation, references written out."""
        return member(self.item, self.operation.method.lower())

    @cached_property
    def body(self) -> JsonObject:
        """The request body object; empty when there is none."""
        return member(self.raw, "requestBody")

    @cached_property
    def models(self) -> Mapping[str, Model]:
        """Id → model, for models that a payload names; none where the schema lists no ids."""
        models = self.contract.models_of(self.operation)
        named = all(enum_values(member(model.schema, "properties", model.selector)) for model in models)
        return {model.id: model for model in reversed(models)} if named else {}
