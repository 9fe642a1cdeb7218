"""The files for CI do what they say: bash runs each of their jobs in a repository as its service would check it out,
against a fake on this machine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from reelmock.contracts.jsontree import items, member, text
from reelmock.tests.ci_jobs import Job, github, gitlab, job
from reelmock.tests.processes import serving

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
JOBS = ["client-tests", "drift", "document"]
SERVICES = ["github", "gitlab"]
KEY = "sk-nightly-0123456789"

# The fake that answers every poll with a status which the document does not have.
DRIFTING = '[[rule]]\non = "retrieve"\ncode = 410\n'


# Edits of the document: (what is there, what takes its place).
HARMLESS = ('"description": "', '"description": "In other words: ')
BREAKING = ('"generating",\n', '"generating",\n"paused",\n')


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a command does for somebody whose shell has set nothing special."""
    hidden = ("PYTEST", "COV", "CI", "GIT", "AIMLAPI", "COLUMNS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)} | variables
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    done = run(folder, "git", *who, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def outcome(given: Job, folder: Path, **variables: str) -> tuple[int, str]:
    """The exit code of the job and what it prints; what is only known to the service is given in `variables`."""
    known = {name: value for name, value in given.variables.items() if "${{" not in value}
    output = ""
    for script in given.scripts:
        done = run(folder, "bash", "-c", script, **known | variables)
        output += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, output
    return 0, output


def failures(folder: Path, given: Job) -> int:
    """How many failures the reports tell that the job keeps."""
    return sum(len([*parse(folder / name).iter("failure")]) for name in given.kept)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a client, the document, and the files beside those for CI."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    folder = shutil.copytree(EXAMPLES / "requests_client", tmp_path / "project", ignore=ignored)
    shutil.copy(ROOT / "openapi.json", folder)
    shutil.copytree(EXAMPLES / "ci", folder / "ci")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=All of it")
    return folder


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    with serving("--api-key", KEY, "--log-level", "warning") as server:
        yield server.url


@pytest.fixture(scope="module")
def drifting_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    rules = tmp_path_factory.mktemp("rules") / "drift.toml"
    rules.write_text(DRIFTING, encoding="utf-8")
    with serving("--api-key", KEY, "--log-level", "warning", "--scenarios", str(rules)) as server:
        yield server.url


def test_each_file_has_the_three_jobs() -> None:
    assert [*member(github(), "jobs")] == JOBS
    assert [name for name, node in member(gitlab()).items() if "script" in member(node)] == JOBS


def test_each_job_has_its_own_trigger() -> None:
    triggers = member(github(), "on")
    assert triggers["push"] is None
    assert items(triggers, "pull_request", "paths") == ["openapi.json"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", text(items(triggers, "schedule")[0], "cron"))
    conditions = {name: text(node, "if") for name, node in member(github(), "jobs").items()}
    assert conditions == {
        "client-tests": "github.event_name == 'push'",
        "drift": "github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'",
        "document": "github.event_name == 'pull_request' || (github.event_name == 'push' && !github.event.created "
        "&& github.ref_name == github.event.repository.default_branch)",
    }
    rules = {name: items(gitlab(), name, "rules") for name in JOBS}
    assert rules == {
        "client-tests": [{"if": '$CI_PIPELINE_SOURCE == "push"'}],
        "drift": [{"if": '$CI_PIPELINE_SOURCE == "schedule" || $CI_PIPELINE_SOURCE == "web"'}],
        "document": [
            {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"', "changes": ["openapi.json"]},
            {
                "if": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
                "changes": ["openapi.json"],
            },
        ],
    }


def test_the_workflow_may_only_read_and_names_its_actions_by_major_version() -> None:
    assert member(github(), "permissions") == {"contents": "read"}
    assert "concurrency" in member(github())
    steps = [step for name in JOBS for step in items(github(), "jobs", name, "steps")]
    actions = [text(step, "uses") for step in steps if "uses" in member(step)]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in actions)


def test_the_key_is_known_to_the_check_alone() -> None:
    told = (EXAMPLES / "ci/github-actions.yml").read_text(encoding="utf-8")
    assert told.count("secrets.") == 1
    assert "AIMLAPI_API_KEY" in job("github", "drift").variables
    assert "AIMLAPI_API_KEY" not in str([job(service, name).scripts for service in SERVICES for name in JOBS])


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("name", JOBS)
def test_what_sets_a_job_up_is_pip_alone_and_reelmock_comes_from_one_variable(service: str, name: str) -> None:
    [setup] = job(service, name).setup
    assert setup.startswith('pip install "$REELMOCK"')


@pytest.mark.parametrize("service", SERVICES)
def test_client_tests_pass_offline_and_fail_with_the_client(service: str, project: Path) -> None:
    given = job(service, "client-tests")
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    code, output = outcome(given, project, **nowhere)
    assert (code, failures(project, given)) == (0, 0), output
    client = project / "postcards.py"
    client.write_text(client.read_text(encoding="utf-8").replace('"completed"', '"succeeded"'), encoding="utf-8")
    code, output = outcome(given, project, **nowhere)
    assert code == 1, output
    assert failures(project, given) > 0


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("key", [KEY, ""], ids=["with the key", "without a key"])
def test_the_nightly_check_passes_where_nothing_has_changed(service: str, key: str, project: Path, api: str) -> None:
    given = job(service, "drift")
    code, output = outcome(given, project, API_URL=api, AIMLAPI_API_KEY=key)
    assert (code, failures(project, given)) == (0, 0), output
    assert f"{api} conforms: {10 if key else 9} checks judged" in output


@pytest.mark.parametrize("service", SERVICES)
def test_the_nightly_check_tells_drift_keeps_the_report_and_knows_what_is_accepted(
    service: str, project: Path, drifting_api: str
) -> None:
    given = job(service, "drift")
    code, output = outcome(given, project, API_URL=drifting_api, AIMLAPI_API_KEY=KEY)
    assert (code, failures(project, given)) == (1, 2), output
    assert ("::error title=unknown_id_is_404::" if service == "github" else "drift unknown_id_is_404: ") in output
    assert KEY not in output + (project / given.kept[0]).read_text(encoding="utf-8")
    with (project / "ci/accepted-drift.txt").open("a", encoding="utf-8") as accepted:
        accepted.write("unknown_id_is_404 GET:unknown_id:* # it says 410\nstatus_code_conformance *:410 # likewise\n")
    code, output = outcome(given, project, API_URL=drifting_api, AIMLAPI_API_KEY=KEY)
    assert (code, failures(project, given)) == (0, 0), output
    assert "unused-ignore" not in output


@pytest.mark.parametrize("service", SERVICES)
def test_the_nightly_check_does_not_pass_where_nobody_answers(service: str, project: Path) -> None:
    code, output = outcome(job(service, "drift"), project, API_URL="http://127.0.0.1:1")
    assert code == 2
    assert "nothing answers at http://127.0.0.1:1" in output


# What GitHub makes of the expression for a pull request.
PROPOSED = {"BEFORE": "HEAD^1"}


def proposed(project: Path, service: str, edit: tuple[str, str], depth: int) -> tuple[Path, str]:
    """What the service checks out, in this depth, for a proposal that edits the document, and the commit that it began
    with."""
    base = git(project, "rev-parse", "HEAD")
    git(project, "checkout", "--quiet", "-b", "proposal")
    document = project / "openapi.json"
    changed = document.read_text(encoding="utf-8").replace(*edit, 1)
    assert changed != document.read_text(encoding="utf-8")
    document.write_text(changed, encoding="utf-8")
    git(project, "commit", "--quiet", "--all", "--message=Another document")
    git(project, "checkout", "--quiet", "main")
    (project / "meanwhile.txt").touch()
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=Meanwhile")
    branch = "proposal"
    if service == "github":  # checks out what the merge would be
        branch = "main"
        git(project, "merge", "--quiet", "--no-ff", "proposal", "--message=Merge")
    shallow = ["--depth", str(depth)] if depth else []
    git(project.parent, "clone", "--quiet", *shallow, "--branch", branch, project.as_uri(), "checkout")
    return project.parent / "checkout", base


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("edit", "code"), [(HARMLESS, 0), (BREAKING, 1)], ids=["harmless", "breaking"])
def test_a_proposal_is_compared_with_what_it_changes(
    service: str, edit: tuple[str, str], code: int, project: Path
) -> None:
    given = job(service, "document")
    folder, base = proposed(project, service, edit, given.depth)
    came, output = outcome(given, folder, **PROPOSED, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert came == code, output
    assert ("response-status-word-added" in output) is (code == 1)
    if service == "gitlab":
        assert failures(folder, given) == code
    with (folder / "ci/accepted-changes.txt").open("a", encoding="utf-8") as accepted:
        accepted.write("response-status-word-added # our client waits on\n")
    assert outcome(given, folder, **PROPOSED, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)[0] == 0


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_pushed_is_compared_with_what_was_there_before(service: str, project: Path) -> None:
    """Several commits at once are one change."""
    before = git(project, "rev-parse", "HEAD")
    document = project / "openapi.json"
    document.write_text(document.read_text(encoding="utf-8").replace(*BREAKING, 1), encoding="utf-8")
    git(project, "commit", "--quiet", "--all", "--message=Another document")
    git(project, "commit", "--quiet", "--allow-empty", "--message=More")
    code, output = outcome(job(service, "document"), project, BEFORE=before, CI_COMMIT_BEFORE_SHA=before)
    assert code == 1, output
    assert "response-status-word-added" in output


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_passes_where_too_little_was_fetched(service: str, project: Path) -> None:
    folder, base = proposed(project, service, HARMLESS, 1)
    code, output = outcome(job(service, "document"), folder, **PROPOSED, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert code == 128, output


@pytest.mark.parametrize("service", SERVICES)
def test_the_first_document_breaks_nothing(service: str, project: Path) -> None:
    git(project, "rm", "--quiet", "openapi.json")
    git(project, "commit", "--quiet", "--message=None yet")
    base = git(project, "rev-parse", "HEAD")
    shutil.copy(ROOT / "openapi.json", project)
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=The first")
    code, output = outcome(job(service, "document"), project, **PROPOSED, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert code == 0, output
