"""YAML is read as JSON data in the reading of YAML 1.2, and what is more than data is refused."""

import json
import sys

import pytest

from reelmock.contracts.source_text import Kind, SourceError, read_value
from reelmock.contracts.yaml_documents import MAX_NODES, Dialect, YamlError, read_yaml

# What stands in a file → the JSON that it stands for.
DATA = {
    "": "null",
    "a: 1\nb: [x, 'y', \"z\"]": '{"a": 1, "b": ["x", "y", "z"]}',
    "[true, False, null, ~, NULL]": "[true, false, null, null, null]",
    "[yes, no, on, off, y, n, Yes, NO]": '["yes", "no", "on", "off", "y", "n", "Yes", "NO"]',
    "[2024-05-06, 2024-05-06T07:08:09Z, 1:30:45, 1_0]": '["2024-05-06", "2024-05-06T07:08:09Z", "1:30:45", "1_0"]',
    "[0, -7, +7, 0123, 0o17, 0xfF]": "[0, -7, 7, 123, 15, 255]",
    "[1.5, -.5, 2., 1e3, 1.0]": "[1.5, -0.5, 2.0, 1000.0, 1.0]",
    "['1', \"true\", '~']": '["1", "true", "~"]',
    "a: |\n  5\nb: >-\n  true": '{"a": "5\\n", "b": "true"}',
    "[!!str 5, ! 6, !!map {}, !!seq []]": '["5", "6", {}, []]',
    "200: ok\n4.0: x\nno: y\n~: z": '{"200": "ok", "4.0": "x", "no": "y", "~": "z"}',
    "a: &one {b: 1}\nc: *one\nd: [*one, *one]": '{"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}, {"b": 1}]}',
    "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}": '{"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}}',
    "- &a {x: 1}\n- &b {x: 2, y: 2}\n- {<<: [*a, *b]}": '[{"x": 1}, {"x": 2, "y": 2}, {"x": 1, "y": 2}]',
    "'<<': 1": '{"<<": 1}',
}

# What stands in a file → what its reader is told.
REFUSED = {
    "a: [1": r"this is not YAML \(.* in line \d, column \d\)",
    "a: 1\n\tb: 2": r"this is not YAML \(.* in line 2, column 1\)",
    "a: \x00": r"this is not YAML \(unacceptable character #x0000.*\)",
    "a: 1\nb: 2\na: 3": "the key 'a' stands twice in one mapping, the second time in line 3, column 1",
    "200: 1\n'200': 2": "the key '200' stands twice in one mapping, the second time in line 2, column 1",
    "[1]: 2": "a key is an alias, a list or a mapping, and JSON has texts only in line 1, column 1",
    "a: !Thing {}": "the tag !Thing asks for more than plain data in line 1, column 4",
    "- !!python/name:os.abort ''": "the tag tag:yaml.org,2002:python/name:os.abort asks for more than plain data "
    "in line 1, column 3",
    "a: *b": "the alias 'b' names nothing that ended before it in line 1, column 4",
    "&a [*a]": "the alias 'a' names nothing that ended before it in line 1, column 5",
    "{<<: 1}": "`<<` stands before something else than a mapping in line 1, column 2",
    "a: 1\n---\nb: 2": "a second document begins, and one was expected in line 2, column 1",
    "- .inf": r"JSON has no number '\.inf' in line 1, column 3",
    "- 1e999": "JSON has no number '1e999' in line 1, column 3",
    "9" * 5000: "a whole number has 5,000 digits in line 1, column 1",
    "[" * 300: "the value is nested more than 200 levels deep in line 1, column 202",
}


@pytest.mark.parametrize(("text", "expected"), DATA.items())
def test_yaml_is_read_as_the_json_that_it_stands_for(text: str, expected: str) -> None:
    assert json.dumps(read_yaml(text)) == json.dumps(json.loads(expected))


@pytest.mark.parametrize(("text", "told"), REFUSED.items())
def test_what_is_no_plain_data_is_refused_with_line_and_column(text: str, told: str) -> None:
    with pytest.raises(YamlError, match=f"^(?:{told})$"):
        read_yaml(text)


def test_a_dialect_adds_tags_and_says_which_words_are_texts() -> None:
    dialect = Dialect({"!two": lambda value: [value, value]}, lambda written: written.startswith("0"))
    value = read_yaml("a: &x !two 5\nb: *x\nc: !two [1]\nd: !two {e: 07}\nf: 7", dialect)
    assert value == {"a": ["5", "5"], "b": ["5", "5"], "c": [[1], [1]], "d": [{"e": "07"}, {"e": "07"}], "f": 7}
    with pytest.raises(YamlError, match=r"^the tag !three asks for more than plain data in line 1, column 1$"):
        read_yaml("!three 5", dialect)


def test_what_aliases_name_is_not_shared() -> None:
    value = read_yaml("a: &one {b: [1]}\nc: *one")
    assert isinstance(value, dict)
    assert value["a"] is not value["c"]


def test_aliases_that_multiply_are_refused_before_they_are_written_out() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    with pytest.raises(
        YamlError, match=f"^the value has more than {MAX_NODES:,} nodes once its aliases are written out"
    ):
        read_yaml(bomb)


def test_aliases_that_nest_too_deep_are_refused() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1300))
    with pytest.raises(YamlError, match=r"^the aliases in it are nested too deep$"):
        read_yaml(chain)


def test_without_pyyaml_a_reader_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "reelmock.contracts.yaml_documents")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(SourceError, match=r"^YAML needs PyYAML: pip install 'reelmock\[import\]'$") as told:
        read_value("a: 1", Kind.YAML)
    assert told.value.id == "yaml-not-installed"
