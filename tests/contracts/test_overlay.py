"""Overlays: proposed, written, read, and applied, twice as well as once."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.document import ContractError
from reelmock.contracts.findings import Severity
from reelmock.contracts.overlay import apply_overlay, read_overlay, suggestions_overlay, write_yaml
from reelmock.contracts.prose import Proposal, Unread, proposals
from reelmock.contracts.yaml_documents import read_yaml

KITES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "tail": {"type": "string", "description": "Requires `head`. If it is long, all the better."},
        "head": {"type": "string"},
    },
}
RULE = {"description": "`head` is required beside `tail`.", "dependentRequired": {"tail": ["head"]}}
DOCUMENT: dict[str, Any] = {"openapi": "3.1.0", "components": {"schemas": {"O'Kites\\": KITES, "Reel": {"allOf": [1]}}}}


def overlay_of(*actions: Any) -> Any:
    return {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": list(actions)}


def at(target: str, update: Any) -> dict[str, Any]:
    return {"target": target, "update": update}


def gone(target: str) -> dict[str, Any]:
    return {"target": target, "remove": True}


def applied(tree: Any, *actions: Any) -> Any:
    """The tree after the actions, all of which can be done."""
    changed, findings = apply_overlay(tree, overlay_of(*actions), "rules.yaml")
    assert findings == ()
    return changed


def test_proposals_become_actions_with_their_sentences_and_what_was_not_read_is_listed() -> None:
    found, unread = proposals({"O'Kites\\": KITES})
    assert suggestions_overlay(found, unread, "Rules of kites", "2") == {
        "overlay": "1.0.0",
        "info": {"title": "Rules of kites", "version": "2"},
        "actions": [
            {
                "target": r"$.components.schemas['O\'Kites\\']",
                "description": "Requires `head`.",
                "x-pointer": "/properties/tail/description",
                "update": {"allOf": [RULE]},
            }
        ],
        "x-unread": [
            {
                "schema": "O'Kites\\",
                "pointer": "/properties/tail/description",
                "sentence": "If it is long, all the better.",
            }
        ],
    }


def test_suggestions_written_read_and_applied_add_the_rules_once(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(write_yaml(suggestions_overlay(*proposals({"O'Kites\\": KITES}), "Rules", "1")), encoding="utf-8")
    before = copy.deepcopy(DOCUMENT)
    once, findings = apply_overlay(DOCUMENT, read_overlay(file), str(file))
    assert findings == ()
    schemas = {"O'Kites\\": {**KITES, "allOf": [RULE]}, "Reel": {"allOf": [1]}}
    assert once == {"openapi": "3.1.0", "components": {"schemas": schemas}}
    assert apply_overlay(once, read_overlay(file), str(file)) == (once, ())
    assert before == DOCUMENT


def test_yaml_has_blocks_in_order_and_each_text_as_it_is_on_one_line() -> None:
    sentence = "Ünder 8 s → no: " + "kites and " * 30 + "reels."
    rule: Any = {"then": {"required": ["b", "a"]}, "if": {}}
    overlay = suggestions_overlay([Proposal("K", "/p", "S.", rule)] * 2, [Unread("K", "/d", sentence)], "T", "1e3")
    action = """\
- target: $.components.schemas['K']
  description: S.
  x-pointer: /p
  update:
    allOf:
    - then:
        required:
        - b
        - a
      if: {}
"""
    assert write_yaml(overlay) == (
        f"overlay: 1.0.0\ninfo:\n  title: T\n  version: '1e3'\nactions:\n{action}{action}"
        f"x-unread:\n- schema: K\n  pointer: /d\n  sentence: '{sentence}'\n"
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.just("1e3"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab") | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("ab"), JSON, max_size=2)


@settings(deadline=None)  # a machine that is busy is no finding
@given(OBJECTS)
def test_what_is_written_as_yaml_is_read_as_the_same(tree: Any) -> None:
    assert json.dumps(read_yaml(write_yaml(tree))) == json.dumps(tree)


@settings(deadline=None)
@given(tree=OBJECTS, update=OBJECTS, deep=st.booleans())
def test_applying_an_overlay_twice_is_applying_it_once(tree: Any, update: Any, deep: bool) -> None:
    tree, before = ({"top": [tree]}, {"top": [copy.deepcopy(tree)]}) if deep else (tree, copy.deepcopy(tree))
    action = at("$.top[0]" if deep else "$", update)
    once = applied(tree, action)
    assert json.dumps(applied(once, action), sort_keys=True) == json.dumps(once, sort_keys=True)
    assert tree == before


@settings(deadline=None)
@given(tree=OBJECTS, update=OBJECTS)
def test_what_an_update_brings_is_shared_with_nothing(tree: Any, update: Any) -> None:
    changed = applied({"x": tree, "y": tree}, at("$.*", {"new": [update]}))
    changed["x"]["new"].append(0)
    changed["x"]["new"][0]["a"] = "changed"
    assert changed["y"]["new"] == [update]


# what is done, tree, action → the tree afterwards
ACTIONS: list[tuple[str, Any, Any, Any]] = [
    (
        "objects merge",
        {"a": {"b": 1, "c": {"d": 2}}},
        at("$.a", {"c": {"e": 3}}),
        {"a": {"b": 1, "c": {"d": 2, "e": 3}}},
    ),
    ("arrays grow", {"a": {"b": [1, 2]}}, at("$.a", {"b": [2, 3]}), {"a": {"b": [1, 2, 3]}}),
    ("true is not 1", {"a": {"b": [1]}}, at("$.a", {"b": [True]}), {"a": {"b": [1, True]}}),
    ("others are replaced", {"a": {"b": [1], "c": 1}}, at("$", {"a": {"b": 5, "c": [1]}}), {"a": {"b": 5, "c": [1]}}),
    ("an array gets an item", {"a": [1]}, at("$.a", {"b": 2}), {"a": [1, {"b": 2}]}),
    ("an array gets items", {"a": [1]}, at("$.a", [1, 2]), {"a": [1, 2]}),
    ("several places", {"a": [{"k": 1}, {}]}, at("$.a[*]", {"n": 0}), {"a": [{"k": 1, "n": 0}, {"n": 0}]}),
    ("chosen places", {"a": [{"k": 1}, {}]}, at("$.a[?@.k == 1]", {"n": 0}), {"a": [{"k": 1, "n": 0}, {}]}),
    ("a member goes", {"a": {"b": 1, "c": 2}}, gone("$.a.b"), {"a": {"c": 2}}),
    ("items go", {"a": [0, 1, 2, 3]}, gone("$.a[0, 2, 0]"), {"a": [1, 3]}),
    ("nested ones go", {"a": {"a": {"b": 1}}, "c": [{"a": 2}]}, gone("$..a"), {"c": [{}]}),
    ("removing counts more", {"a": 1}, {**at("$.a", {}), **gone("$.a")}, {}),
]


@pytest.mark.parametrize(("tree", "action", "expected"), [row[1:] for row in ACTIONS], ids=[row[0] for row in ACTIONS])
def test_an_action_updates_or_removes_what_its_target_names(tree: Any, action: Any, expected: Any) -> None:
    before = copy.deepcopy(tree)
    assert json.dumps(applied(tree, action)) == json.dumps(expected)
    assert tree == before


def test_actions_are_done_in_their_order() -> None:
    first, second = at("$", {"a": {"b": 1}}), at("$.a", {"c": 2})
    assert applied({}, first, second) == {"a": {"b": 1, "c": 2}}


EXPECTED = "and a JSONPath such as $.components.schemas['Name'] is expected in `target`"
BROKEN: list[tuple[Any, str]] = [
    (7, f"it is 7, {EXPECTED}"),
    ({"update": {}}, f"`target` is null, {EXPECTED}"),
    ({"target": "", "update": {}}, f"`target` is '', {EXPECTED}"),
    ({"target": "$.a"}, "it has neither `update` nor `remove: true` for its target $.a"),
    ({"target": "$.a", "remove": "yes"}, "it has neither `update` nor `remove: true` for its target $.a"),
    ({"target": "$.a[", "update": {}}, "its target $.a[ is no JSONPath (unexpected end of query)"),
    ({"target": "$.a", "update": {}}, "its target $.a is 1, and only objects and arrays can be updated"),
    ({"target": "$", "remove": True}, "its target $ is the whole document, which stays an object"),
    ({"target": "$", "update": [1]}, "its target $ is the whole document, which stays an object"),
]


@pytest.mark.parametrize(("action", "problem"), BROKEN)
def test_an_action_that_cannot_be_done_is_left_out_and_found(action: Any, problem: str) -> None:
    tree, (finding,) = apply_overlay({"a": 1}, overlay_of(at("$", {}), action), "rules.yaml")
    assert tree == {"a": 1}
    assert (finding.id, finding.severity) == ("overlay-broken-action", Severity.ERROR)
    assert str(finding) == f"error overlay-broken-action: rules.yaml at /actions/1: action 1: {problem}. Left out."


def test_a_target_that_matches_nothing_is_a_warning_and_the_others_are_done() -> None:
    missing = gone("$.components.schemas['Gone']")
    tree, (finding,) = apply_overlay({}, overlay_of(missing, at("$", {"a": 1})), "rules.yaml")
    assert tree == {"a": 1}
    assert str(finding) == (
        "warning overlay-no-match: rules.yaml at /actions/0: action 0: nothing in the document is at its target "
        "$.components.schemas['Gone']. Left out."
    )


VERSION = "It has to be the version of the overlay, '1.0.0'."
REFUSED: list[tuple[str, str]] = [
    ("", "FILE: the file holds null. An overlay is an object."),
    ("[1]", "FILE: the file holds an array of 1 item. An overlay is an object."),
    ("\xff", "FILE: the file is not UTF-8. Give an overlay as YAML or JSON in UTF-8."),
    ("openapi: 3.1.0", f"FILE at /overlay: there is no `overlay`. {VERSION}"),
    ("overlay: 1.0", f"FILE at /overlay: `overlay` is 1.0. {VERSION}"),
    ('{"overlay": "2.0.0", "actions": []}', f"FILE at /overlay: `overlay` is '2.0.0'. {VERSION}"),
    ("overlay: 1.0.1", "FILE at /actions: `actions` is null. It has to be an array of objects with a `target`."),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), REFUSED)
def test_a_file_without_an_overlay_is_refused_with_its_name_and_the_place(
    content: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(ContractError) as caught:
        read_overlay(file)
    assert str(caught.value) == message.replace("FILE", str(file))


def test_a_file_that_is_no_yaml_is_refused_with_its_name_and_the_line(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("overlay: 1.0.0\nactions: ]", encoding="utf-8")
    with pytest.raises(
        ContractError, match=r"rules\.yaml: this is not YAML \(.* in line 2, column 10\)\. Give an over"
    ):
        read_overlay(file)


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"gone\.yaml: the file can't be read \(No such file or directory\)"):
        read_overlay(tmp_path / "gone.yaml")


def test_an_overlay_in_memory_of_another_version_is_refused() -> None:
    with pytest.raises(ContractError, match=r"^x\.yaml at /overlay: `overlay` is '1\.1\.0'\."):
        apply_overlay({}, {"overlay": "1.1.0", "actions": []}, "x.yaml")


def test_an_overlay_in_json_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_text("\ufeff" + json.dumps(overlay_of()), encoding="utf-8")
    assert read_overlay(file) == overlay_of()
