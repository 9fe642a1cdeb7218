"""An OpenAPI 3.0 or 3.1 file → one normalised document whose schemas are JSON Schema 2020-12."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from urllib.parse import unquote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from reelmock.contracts.findings import Finding, Notes
from reelmock.contracts.jsontree import Json, JsonObject, Path, excerpt, fresh, member, pointer
from reelmock.contracts.mend_operations import mend_operations
from reelmock.contracts.normalise import normalise_schema
from reelmock.contracts.schema_check import surely_schema
from reelmock.contracts.short_repr import ShortRepr

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 200


class ContractError(ValueError):
    """A document that can't be used. The text names the file, the place in it (a JSON pointer) and what to do."""

    def __init__(self, file: str, place: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}{' at ' + place if place else ''}: {problem}. {remedy}.")
        self.file = file
        self.pointer = place
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, repr=False)
class Document(ShortRepr):
    """A document of version 3.1 in memory: `tree` as it is written, its schemas normalised, `$ref`s still in place."""

    file: str
    tree: JsonObject
    findings: tuple[Finding, ...] = ()
    _resolved: dict[str, Json] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"Document({self.file})"

    def fail(self, place: str, problem: str, remedy: str) -> ContractError:
        """The error to raise about a place of this document."""
        return ContractError(self.file, place, problem, remedy)

    def resolve(self, node: Json, path: Path = ()) -> Json:
        """`node` with every local `$ref` in it replaced by what it names. ContractError for one that names nothing."""
        try:
            return self._resolve(node, path, ())
        except RecursionError:
            raise self.fail(pointer(path), "the references in it are nested too deep", "Flatten them") from None

    def resolve_object(self, node: Json, path: Path = ()) -> JsonObject:
        """`resolve`, where an object is wanted; anything else gives an empty one."""
        resolved = self.resolve(node, path)
        return resolved if isinstance(resolved, dict) else {}

    def named(self, node: Json) -> JsonObject:
        """What `node` names when it is a reference, as that is written, or else `node` itself."""
        ref = member(node).get("$ref")
        if not isinstance(ref, str):
            return member(node)
        self.resolve(node)  # refuses a circle
        return {
            **self.named(self._target(ref, ())[0]),
            **{key: it for key, it in member(node).items() if key != "$ref"},
        }

    def _resolve(self, node: Json, path: Path, seen: tuple[str, ...]) -> Json:
        if isinstance(node, list):
            return [self._resolve(item, (*path, index), seen) for index, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return {key: self._resolve(value, (*path, key), seen) for key, value in node.items()}
        if ref in seen:
            chain = " → ".join((*seen, ref))
            raise self.fail(
                pointer(path),
                f"`$ref` goes in a circle: {chain}",
                "Write one of these schemas out without the reference",
            )
        if ref not in self._resolved:
            target, place = self._target(ref, path)
            self._resolved[ref] = self._resolve(target, place, (*seen, ref))
        target = self._resolved[ref]
        beside = {key: self._resolve(value, (*path, key), seen) for key, value in node.items() if key != "$ref"}
        return {**target, **beside} if isinstance(target, dict) and beside else target

    def _target(self, ref: str, path: Path) -> tuple[Json, Path]:
        """What `ref` names, and its own place in the tree."""
        if not ref.startswith("#"):
            raise self.fail(
                pointer(path),
                f"`$ref` names {excerpt(ref)}, which is not in this file",
                "Copy what it names into the file: nothing is fetched",
            )
        first, *steps = unquote(ref[1:]).split("/")
        found = None if first else _follow(self.tree, [step.replace("~1", "/").replace("~0", "~") for step in steps])
        if found is None:
            problem = f"`$ref` names {excerpt(ref)}, and there is no such place"
            raise self.fail(pointer(path), problem, "Correct the reference or add what it names")
        return found


def _follow(node: Json, steps: list[str]) -> tuple[Json, Path] | None:
    """The node that `steps` lead to from `node`, and its path; None when they lead nowhere."""
    place: Path = ()
    for step in steps:
        if isinstance(node, dict) and step in node:
            node, place = node[step], (*place, step)
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node, place = node[int(step)], (*place, int(step))
        else:
            return None
    return node, place


def read_json(file: FilePath) -> JsonObject:
    """The object in a JSON file. ContractError when there is no file, or no JSON object of a sensible size in it."""
    name = str(file)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ContractError(name, "", f"the file can't be read ({error.strerror})", "Check the path") from None
    if len(content) > MAX_FILE_BYTES:
        raise ContractError(name, "", f"the file has more than {MAX_FILE_BYTES:,} bytes", "Split it")
    try:
        tree = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ContractError(
            name, "", f"this is not JSON ({error.msg} in {where})", "Give an OpenAPI document as JSON"
        ) from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ContractError(
            name, "", f"this is not JSON ({type(error).__name__})", "Give an OpenAPI document as JSON"
        ) from None
    if not isinstance(tree, dict):
        raise ContractError(name, "", f"the file holds {excerpt(tree)}", "An OpenAPI document is an object")
    return tree


def load_document(file: FilePath) -> Document:
    """Read and normalise an OpenAPI file. ContractError for one that can't be used."""
    tree, name = read_json(file), str(file)
    _check_frame(tree, name)
    return _normalised(tree, name)


def make_document(tree: JsonObject, file: str) -> Document:
    """Normalise a copy of an OpenAPI document that is in memory already; `file` is its name in messages.

    ContractError for one that can't be used.
    """
    _check_frame(tree, file)
    return _normalised(member(fresh(tree)), file)


def _check_frame(tree: JsonObject, file: str) -> None:
    """Refuse what the walks that follow could not walk over."""
    _check_version(tree, file)
    _check_depth(tree, file)
    if not isinstance(tree.get("paths"), dict):
        raise ContractError(
            file, "/paths", f"`paths` is {excerpt(tree.get('paths'))}", "It has to be an object with the API's routes"
        )


def _normalised(tree: JsonObject, file: str) -> Document:
    """The document in `tree`, which is changed in place."""
    notes = Notes(file)
    for path, schema in _schemas(tree, ()):
        normalise_schema(schema, path, notes)
        if not surely_schema(schema):
            _check_schema(schema, path, file)
    mend_operations(tree, notes)
    tree["openapi"] = "3.1.0"
    return Document(file, tree, tuple(notes.found))


def _check_schema(schema: JsonObject, path: Path, file: str) -> None:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = pointer((*path, *error.absolute_path))
        raise ContractError(file, place, f"this is not a JSON Schema ({error.message[:200]})", "Correct it") from None
    except (OverflowError, RecursionError) as error:  # from a `pattern` that is too much for `re`
        raise ContractError(file, pointer(path), f"this is not a JSON Schema ({error})", "Correct it") from None


def _check_version(tree: JsonObject, file: str) -> None:
    version = tree.get("openapi")
    if isinstance(version, str) and version.startswith(("3.0", "3.1")):
        return
    if "swagger" in tree:
        raise ContractError(file, "/swagger", "this is a Swagger 2.0 document", "Convert it to OpenAPI 3.0 or 3.1")
    raise ContractError(
        file, "/openapi", f"`openapi` is {excerpt(version)}", "It has to be a version 3.0 or 3.1, such as '3.1.0'"
    )


def _check_depth(tree: JsonObject, file: str) -> None:
    """Refuse a document that is nested too deep for the recursive walks that follow."""
    level: list[Json] = [tree]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for node in level
            if isinstance(node, dict | list)
            for inner in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise ContractError(file, "", f"the document is nested more than {MAX_DEPTH} levels deep", "Flatten it")


def _schemas(node: Json, path: Path) -> Iterator[tuple[Path, JsonObject]]:
    """The outermost schemas of a document: below `components/schemas`, and wherever a `schema` member stands."""
    if isinstance(node, list):
        for index, inner in enumerate(node):
            yield from _schemas(inner, (*path, index))
    if not isinstance(node, dict):
        return
    for name, inner in node.items():
        here = (*path, name)
        if here == ("components", "schemas"):
            yield from (((*here, key), schema) for key, schema in member(inner).items() if isinstance(schema, dict))
        elif name == "schema" and isinstance(inner, dict):
            yield here, inner
        elif name not in ("example", "examples") and (path[-1:] == ("headers",) or not name.startswith("x-")):
            yield from _schemas(inner, here)
