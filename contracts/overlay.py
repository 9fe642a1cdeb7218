"""OpenAPI Overlay 1.0: changes to a document as a document of its own, proposed from prose, read and applied."""

import json
import re
from collections.abc import Callable, Iterable
from functools import reduce
from pathlib import Path as FilePath
from typing import Final, TypeAlias, cast

try:
    import yaml
    from jsonpath import JSONPathError, finditer
except ImportError as _missing:
    _PROBLEM = "reelmock.contracts.overlay needs PyYAML and python-jsonpath: pip install 'reelmock[import]'"
    raise ImportError(_PROBLEM) from _missing

from reelmock.contracts.document import MAX_FILE_BYTES, ContractError
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import Json, JsonObject, Path, excerpt, fresh, items, member, pointer, text
from reelmock.contracts.prose import Proposal, Unread
from reelmock.contracts.yaml_documents import YamlError, read_yaml

VERSION: Final = "1.0.0"

# A sentence stays on one line: folded, it would hinder whoever searches for it.
WIDTH: Final = 10_000

# Numbers in YAML 1.2 that PyYAML, which knows 1.1, would write without quotes as texts.
NUMBERS: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z|0o[0-7]+\Z")

# A node → what takes its place, and None → it is removed.
Change: TypeAlias = Callable[[Json], Json] | None


class ActionError(ValueError):
    """Why an action of an overlay can't be done: a WARNING when there is nothing to do it to."""

    def __init__(self, problem: str, severity: Severity = Severity.ERROR) -> None:
        super().__init__(problem)
        self.severity = severity


class _Writer(yaml.SafeDumper):
    """YAML without anchors, so that all of a rule stands in its place, and which readers of 1.1 and 1.2 read alike."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  PyYAML asks for each value
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """A text; what can't be seen in it is escaped, since line ends of other alphabets would come back as spaces."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=None if data.isprintable() else '"')


_Writer.add_representer(str, _Writer.represent_str)
_Writer.add_implicit_resolver("tag:yaml.org,2002:float", NUMBERS, list("-+.0123456789"))


def suggestions_overlay(
    proposals: Iterable[Proposal], unread: Iterable[Unread], title: str, version: str
) -> JsonObject:
    """An overlay that adds each proposed rule to its model, its sentence beside it, and lists what was not read."""
    actions: list[Json] = [
        {
            "target": f"$.components.schemas['{_quoted(one.schema_name)}']",
            "description": one.sentence,
            "x-pointer": one.pointer,
            "update": {"allOf": [fresh(one.rule)]},
        }
        for one in proposals
    ]
    left: list[Json] = [{"schema": one.schema_name, "pointer": one.pointer, "sentence": one.sentence} for one in unread]
    return {
        "overlay": VERSION,
        "info": {"title": title, "version": version},
        "actions": actions,
        "x-unread": left,
    }


def _quoted(name: str) -> str:
    """`name` for a JSONPath, between single quotes."""
    return name.replace("\\", "\\\\").replace("'", "\\'")


def write_yaml(tree: JsonObject) -> str:
    """`tree` as YAML in block style: members in their order, texts as they are, no line folded."""
    return yaml.dump(tree, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False)


def read_overlay(file: FilePath) -> JsonObject:
    """The overlay in a YAML or JSON file. ContractError when there is none in it that `apply_overlay` takes."""
    name = str(file)
    try:
        content = file.read_bytes()
        if len(content) > MAX_FILE_BYTES:
            raise ContractError(name, "", f"the file has more than {MAX_FILE_BYTES:,} bytes", "Split it")
        tree = read_yaml(content.decode("utf-8-sig"))
    except OSError as error:
        raise ContractError(name, "", f"the file can't be read ({error.strerror})", "Check the path") from None
    except UnicodeDecodeError:
        raise ContractError(name, "", "the file is not UTF-8", "Give an overlay as YAML or JSON in UTF-8") from None
    except YamlError as error:
        raise ContractError(name, "", str(error), "Give an overlay as YAML or JSON") from None
    if not isinstance(tree, dict):
        raise ContractError(name, "", f"the file holds {excerpt(tree)}", "An overlay is an object")
    _check(tree, name)
    return tree


def _check(overlay: JsonObject, file: str) -> None:
    version = overlay.get("overlay")
    if not isinstance(version, str) or not re.fullmatch(r"1\.0\.\d+", version):
        problem = f"`overlay` is {excerpt(version)}" if "overlay" in overlay else "there is no `overlay`"
        raise ContractError(file, "/overlay", problem, f"It has to be the version of the overlay, '{VERSION}'")
    if not isinstance(overlay.get("actions"), list):
        problem = f"`actions` is {excerpt(overlay.get('actions'))}"
        raise ContractError(file, "/actions", problem, "It has to be an array of objects with a `target`")


def apply_overlay(tree: JsonObject, overlay: JsonObject, file: str) -> tuple[JsonObject, tuple[Finding, ...]]:
    """`tree` with the overlay's actions done one after the other, and what was odd about them.

    Nothing is changed in place; what no action touches is shared with `tree`. An `update` is merged into the objects
    that its target names: member by member, arrays get the items that they have not got yet. `file` is the overlay's
    name in messages. An action that can't be done is left out and found; a wrong version is a ContractError.
    """
    _check(overlay, file)
    findings: list[Finding] = []
    for index, action in enumerate(items(overlay, "actions")):
        try:
            tree = _applied(tree, action)
        except ActionError as error:
            name = "overlay-broken-action" if error.severity is Severity.ERROR else "overlay-no-match"
            message = f"action {index}: {error}"
            findings.append(Finding(name, error.severity, file, pointer(("actions", index)), message, "Left out"))
    return tree, tuple(findings)


def _applied(tree: JsonObject, action: Json) -> JsonObject:
    """The tree after one action. ActionError when it can't be done."""
    target = text(action, "target")
    if not isinstance(action, dict) or not target:
        came = (
            f"`target` is {excerpt(action.get('target'))}" if isinstance(action, dict) else f"it is {excerpt(action)}"
        )
        raise ActionError(f"{came}, and a JSONPath such as $.components.schemas['Name'] is expected in `target`")
    removing = action.get("remove") is True
    if not removing and "update" not in action:
        raise ActionError(f"it has neither `update` nor `remove: true` for its target {target}")
    try:
        places = list(dict.fromkeys(tuple(found.parts) for found in finditer(target, tree, strict=True)))
    except JSONPathError as error:
        raise ActionError(f"its target {target} is no JSONPath ({error.args[0]})") from None
    if not places:
        raise ActionError(f"nothing in the document is at its target {target}", Severity.WARNING)
    update = action.get("update")
    if () in places and (removing or not isinstance(update, dict)):
        raise ActionError(f"its target {target} is the whole document, which stays an object")
    plain = [node for place in places if not isinstance(node := _at(tree, place), dict | list)]
    if plain and not removing:
        raise ActionError(f"its target {target} is {excerpt(plain[0])}, and only objects and arrays can be updated")
    # The last items of an array come first: those before them keep their index.
    order = sorted(places, key=lambda place: [step for step in place if isinstance(step, int)], reverse=True)
    change: Change = None if removing else lambda node: _updated(node, update)
    return member(reduce(lambda node, place: _changed(node, place, change), order, cast(Json, tree)))


def _at(node: Json, place: Path) -> Json:
    for step in place:
        if isinstance(node, dict):
            node = node[str(step)]
        elif isinstance(node, list):
            node = node[int(step)]
    return node


def _changed(node: Json, place: Path, change: Change) -> Json:
    """A copy of `node` with the change at `place`; the same node when an earlier change took the place away."""
    if not place:
        return node if change is None else change(node)
    step, rest = place[0], place[1:]
    if isinstance(node, dict) and step in node:
        name = str(step)
        if not rest and change is None:
            return {key: value for key, value in node.items() if key != name}
        return {**node, name: _changed(node[name], rest, change)}
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        middle = [] if not rest and change is None else [_changed(node[step], rest, change)]
        return [*node[:step], *middle, *node[step + 1 :]]
    return node


def _updated(node: Json, update: Json) -> Json:
    """What an `update` makes of a target: an array gets the update as one more item, unless that is an array itself."""
    return _merged(node, [update]) if isinstance(node, list) and not isinstance(update, list) else _merged(node, update)


def _merged(node: Json, update: Json) -> Json:
    if isinstance(node, dict) and isinstance(update, dict):
        return {**node, **{name: _merged(node.get(name), inner) for name, inner in update.items()}}
    if isinstance(node, list) and isinstance(update, list):
        known = {json.dumps(item, sort_keys=True) for item in node}
        return [*node, *(fresh(item) for item in update if json.dumps(item, sort_keys=True) not in known)]
    return fresh(update)
