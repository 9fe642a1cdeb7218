"""The jobs of the files in `examples/ci`, read as their services read them."""

from dataclasses import dataclass
from pathlib import Path

from reelmock.contracts.jsontree import Json, JsonObject, items, member, text
from reelmock.contracts.yaml_documents import read_yaml

FILES = Path(__file__).parent.parent / "examples" / "ci"


@dataclass(frozen=True)
class Job:
    """A job of a file for CI: what it sets up, what it then runs with which variables, and which reports it keeps."""

    setup: list[str]
    scripts: list[str]
    variables: dict[str, str]
    kept: list[str]
    depth: int


def github() -> Json:
    """The workflow for GitHub."""
    return read_yaml((FILES / "github-actions.yml").read_text(encoding="utf-8"))


def gitlab() -> Json:
    """The file for GitLab."""
    return read_yaml((FILES / "gitlab-ci.yml").read_text(encoding="utf-8"))


def _words(node: JsonObject) -> dict[str, str]:
    return {name: value for name, value in node.items() if isinstance(value, str)}


def job(service: str, name: str) -> Job:
    """The job of this name in the file for `service`: github or gitlab."""
    return _github_job(name) if service == "github" else _gitlab_job(name)


def _github_job(name: str) -> Job:
    steps = [member(step) for step in items(github(), "jobs", name, "steps")]
    lines = [text(step, "run") for step in steps if "run" in step]
    variables = _words(member(github(), "env"))
    for step in steps:
        variables |= _words(member(step, "env"))
    depths = [member(step, "with").get("fetch-depth", 1) for step in steps if "checkout" in text(step, "uses")]
    return Job(
        [line for line in lines if line.startswith("pip ")],
        [f"set -e\n{line}" for line in lines if not line.startswith("pip ")],
        variables,
        [text(member(step, "with"), "path") for step in steps if "upload-artifact" in text(step, "uses")],
        int(str(depths[0])),
    )


def _gitlab_job(name: str) -> Job:
    node = member(gitlab(), name)
    return Job(
        [str(line) for line in items(node, "before_script")],
        ["\n".join(["set -eo pipefail", *map(str, items(node, "script"))])],
        _words(member(gitlab(), "variables")) | _words(member(node, "variables")),
        [text(member(node, "artifacts", "reports"), "junit")],
        int(text(member(node, "variables"), "GIT_DEPTH", "20")),
    )
