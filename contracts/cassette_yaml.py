"""Cassettes in YAML: as PyYAML and Ruby write them, in YAML 1.1 and with tags for bytes and some types of Python.

Nothing is made of a tag but plain data: no object of Python or Ruby is ever built.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

import yaml

from reelmock.contracts.jsontree import Json, items
from reelmock.contracts.yaml_documents import Dialect, read_yaml

# The tag of a scalar, by its text and by whether it stands without quotes, and with them.
Resolve: TypeAlias = Callable[[type[yaml.ScalarNode], str, tuple[bool, bool]], str]

# What YAML 1.1 reads as something else than a text, as far as JSON has it. Any other word is written without quotes:
# a header such as `123e4567` is a number in YAML 1.2 alone.
TYPED = frozenset(f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null"))


def _bytes(value: Json) -> Json:
    return {"base64_string": value}


def _itself(value: Json) -> Json:
    return value


def _first_of(name: str) -> Callable[[Json], Json]:
    return lambda value: next(iter(items(value, name)), None)


PYTHON = "tag:yaml.org,2002:python/"

# Tag → what stands for it: bytes; texts and lists; what is in a file or an iterator that was sent.
TAGS: Mapping[str, Callable[[Json], Json]] = {
    "tag:yaml.org,2002:binary": _bytes,
    "!binary": _bytes,
    f"{PYTHON}str": _itself,
    f"{PYTHON}unicode": _itself,
    f"{PYTHON}tuple": _itself,
    f"{PYTHON}object/new:_io.BytesIO": _first_of("state"),
    f"{PYTHON}object/apply:builtins.iter": _first_of("args"),
}


def read_cassette_yaml(text: str) -> Json:
    """The value in `text`; bytes are objects with the member `base64_string`. YamlError for more than that."""
    # PyYAML's own function has no types.
    resolve = cast(Resolve, yaml.resolver.Resolver().resolve)

    def is_text(written: str) -> bool:
        return resolve(yaml.ScalarNode, written, (True, False)) not in TYPED

    return read_yaml(text, Dialect(TAGS, is_text))
