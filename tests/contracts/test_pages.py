"""What is read from a documentation page: the operations that it shows or links to, and the models that it lists."""

import pytest

from reelmock.contracts.pages import Embedded, Link, read_page

# A page's lines → the operations that it shows.
SHOWN = {
    "## POST /v1/clips\n\n>\n\n```json\n{}\n```": [Embedded("post", "/v1/clips", "{}", 6)],
    "### `GET /v1/clips/{id}` ##\n~~~~ json\n[1,\n```\n2]\n~~~~": [
        Embedded("get", "/v1/clips/{id}", "[1,\n```\n2]", 3)
    ],
    "# post /a\n```json\n1\n```\n```json\n2\n```": [Embedded("post", "/a", "1", 3)],
    "# POST /a\n```python\n1\n```\n```JSON\n2\n```": [Embedded("post", "/a", "2", 6)],
    "# POST /a\n# Reply\n```json\n1\n```": [],
    "```json\n1\n```": [],
    "POST /a\n```json\n1\n```": [],
    "# POST the form\n```json\n1\n```": [],
    "```sh\n# POST /a\n```\n```json\n1\n```": [],
    "# POST /a\n```json\n1": [Embedded("post", "/a", "1", 3)],
    "# POST /a\n```json5\n1\n```": [],
    "# POST /a\n```one line```": [],
}

OPERATION = '{% openapi-operation spec="clips" path="/v1/clips" method="POST" %}'
END = "{% endopenapi-operation %}"

# A page's lines → the links of its operations.
LINKED = {
    f"{OPERATION}\n[Clips](https://example.com/clips.json)\n{END}": [
        Link("post", "/v1/clips", "https://example.com/clips.json")
    ],
    f"{OPERATION} [Clips](<../clips.yaml>) {END}": [Link("post", "/v1/clips", "../clips.yaml")],
    f'{OPERATION}\n[Clips](clips.json "The file")\n{END}': [Link("post", "/v1/clips", "clips.json")],
    f"{OPERATION}\n{END}": [Link("post", "/v1/clips", "")],
    f'{{% openapi-operation path="/a%20{{b}}" %}}[a](b.json){END}': [Link("", "/a%20{b}", "b.json")],
    f"{{% openapi-operation %}}[a](b.json){END}": [Link("", "", "b.json")],
    OPERATION: [],
    f"```\n{OPERATION}[a](b.json){END}\n```": [],
    f"{OPERATION}[a](a.json){END}{OPERATION}[b](b.json){END}": [
        Link("post", "/v1/clips", "a.json"),
        Link("post", "/v1/clips", "b.json"),
    ],
}

# What stands in a hint → the ids of models.
LISTED = {
    "Valid for these models:\n\n* `acme/one`\n  ": ("acme/one",),
    "Valid for the models below\n- `acme/one`\n+ `acme/two`,\n1. `plain`": ("acme/one", "acme/two", "plain"),
    "* `acme/one`\n* `acme/two`\n* `acme/one`": ("acme/one", "acme/two"),
    "* [`acme/one`](https://example.com/one)": ("acme/one",),
    '* <a href="https://example.com">`acme/one`</a>': ("acme/one",),
    "* <code>acme/one</code>": ("acme/one",),
    "| Model | Since |\n|---|---|\n| `acme/one` | May |\n| `acme/two` | June |": ("acme/one", "acme/two"),
    "<table><tr><td><code>acme/one</code></td><td>May</td></tr></table>": ("acme/one",),
    "* `acme/one` is the best": (),
    "* `plain`": (),
    "Use `acme/one`": (),
    "* `/v1/clips`": (),
    "* `https://example.com/clips`": (),
    "* `image/png`\n* `video/mp4`": (),
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.items())
def test_the_first_json_block_under_a_heading_with_an_operation_is_shown(text: str, shown: list[Embedded]) -> None:
    assert list(read_page(text).embedded) == shown


@pytest.mark.parametrize(("text", "linked"), LINKED.items())
def test_a_block_of_an_operation_links_to_its_file(text: str, linked: list[Link]) -> None:
    assert list(read_page(text).links) == linked


@pytest.mark.parametrize(("hint", "ids"), LISTED.items())
def test_a_hint_that_lists_models_gives_their_ids(hint: str, ids: tuple[str, ...]) -> None:
    assert read_page(f'Text\n{{% hint style="info" %}}\n{hint}\n{{% endhint %}}\n* `not/this`').ids == ids


def test_only_the_first_hint_with_models_counts() -> None:
    hints = ["Mind the costs", "* `acme/one`", "Not for these models:\n* `acme/two`"]
    page = "".join(f"{{% hint %}}\n{hint}\n{{% endhint %}}\n" for hint in hints)
    assert read_page(page).ids == ("acme/one",)


@pytest.mark.parametrize("piece", ["{% hint ", "{% hint %}", "```\n", "[", "## POST /a\n", "{% hint %}\n* `a ", "<a "])
def test_a_long_page_of_anything_is_read_as_one_without_operations(piece: str) -> None:
    """Quadratic time would be minutes here."""
    content = read_page(piece * (1_000_000 // len(piece)))
    assert (content.ids, content.embedded, content.links) == ((), (), ())
