"""For each mistake that developers typically make, pytest's output alone names the cause and the fix."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import TypeAlias

import pytest

from reelmock.tests.pytest_plugin.downstream import run_pytest

HELPERS = """
from hypothesis import given, strategies as st


def job(**changes):
    answer = create(**changes)
    answer.raise_for_status()
    return answer.json()["id"]
"""

# httpx is installed, reelmock[httpx] is not: nobody can import respx.
WITHOUT_RESPX = """
import sys

sys.modules["respx"] = None
import httpx
"""


@dataclass(frozen=True)
class Mistake:
    """A test whose client is wrong, named `test_it`, and what its part of the output says."""

    source: str
    says: tuple[str, ...]
    prelude: str = HELPERS


MISTAKES: Mapping[str, Mistake] = {
    "wrong key": Mistake(
        """
        @pytest.mark.reelmock(api_keys="sk-right")
        def test_it(reelmock_api):
            job()
        """,
        ("401 wrong_key", "This key is none of those", "reelmock_api.api_key"),
    ),
    "missing key": Mistake(
        """
        def test_it(reelmock_api):
            requests.post(URL, json=PAYLOAD).json()["id"]
        """,
        ("401 missing_key", "No key came. Send the header `Authorization: Bearer <key>`"),
    ),
    "the id in `?id=`": Mistake(
        """
        def test_it(reelmock_api):
            requests.get(URL, params={"id": job()}, headers=KEY).raise_for_status()
        """,
        ("`id` is not known here. The call is GET /v2/video/generations?generation_id=<id>",),
    ),
    "the wrong extra": Mistake(
        """
        def test_it(reelmock_api):
            httpx.post(URL, json=PAYLOAD, headers=KEY)
        """,
        ("through respx, which is not installed: pip install 'reelmock[httpx]'",),
        WITHOUT_RESPX,
    ),
    "the wrong extra, and a client of respx's own": Mistake(
        """
        def test_it(reelmock_api):
            try:
                httpx.post(URL, json=PAYLOAD, headers=KEY)
            except httpx.HTTPError:
                pass  # as clients do that try again later
            assert reelmock_api.generations
        """,
        ("no request came", "pip install 'reelmock[httpx]'"),
        WITHOUT_RESPX,
    ),
    "unknown model": Mistake(
        """
        def test_it(reelmock_api):
            job(model="kite/v9")
        """,
        ("400 invalid_payload", "model: Invalid enum value. Expected 'pixverse/v5.5/image-to-video' | ", "'kite/v9'"),
    ),
    "a string for a number, strictly": Mistake(
        """
        @pytest.mark.reelmock(validation="strict")
        def test_it(reelmock_api):
            job(duration="5")
        """,
        ("400 invalid_payload", "duration: Expected integer, received string"),
    ),
    "a string for a number": Mistake(
        """
        @pytest.mark.filterwarnings("error")
        def test_it(reelmock_api):
            job(duration="5")
        """,
        ("ToleratedDeviationWarning: `/duration`: '5' is not of type integer.", "the real API takes it"),
    ),
    "GET in place of POST": Mistake(
        """
        def test_it(reelmock_api):
            requests.get(URL, json=PAYLOAD, headers=KEY).raise_for_status()
        """,
        ("400 missing_parameter", "The query parameter `generation_id` is missing", "POST /v2/video/generations"),
    ),
    "never polls": Mistake(
        """
        def test_it(reelmock_api):
            requests.get(create().json()["video"]["url"])
        """,
        ("was never polled", "GET /v2/video/generations?generation_id="),
    ),
    "polls after the end": Mistake(
        """
        def test_it(reelmock_api):
            generation = job()
            for _ in range(4):
                poll(generation)
            reelmock_api.assert_stopped_after_terminal()
        """,
        ("was polled again (request 5)", "told to have ended with 'completed' (request 4)", "Stop at"),
    ),
    "never stops": Mistake(
        """
        @pytest.mark.reelmock(max_polls_per_generation=20)
        def test_it(reelmock_api):
            generation = job()
            while poll(generation)["status"] != "done":
                pass
        """,
        ("polled more than 20 times", "the last answer was 'completed'", "at a status that the API does not use?"),
    ),
    "wrong host": Mistake(
        """
        def test_it(reelmock_api):
            requests.post("https://api.aimlapi.invalid/v2/video/generations", json=PAYLOAD, headers=KEY)
        """,
        ("api.aimlapi.invalid", "no request came to api.aimlapi.com", "hosts=("),
    ),
    "wrong host, of this machine": Mistake(
        """
        def test_it(reelmock_api):
            requests.post("http://localhost:9/v2/video/generations", json=PAYLOAD, headers=KEY)
        """,
        ("localhost", "no request came to api.aimlapi.com", "hosts=("),
    ),
    "wrong host, blocked": Mistake(
        """
        @pytest.mark.reelmock(other_hosts="block")
        def test_it(reelmock_api):
            requests.post("https://api.aimlapi.invalid/v2/video/generations", json=PAYLOAD, headers=KEY)
        """,
        ("reelmock refused a real connection to api.aimlapi.invalid", "add it to hosts=('api.aimlapi.invalid',)"),
    ),
    "unknown option of the marker": Mistake(
        """
        @pytest.mark.reelmock(api_key="sk-test")
        def test_it(reelmock_api):
            job()
        """,
        ("@pytest.mark.reelmock on ", "no option 'api_key'. Did you mean 'api_keys'? There are: progression, outcome"),
    ),
    "the fixture in `@given`": Mistake(
        """
        @given(duration=st.sampled_from([5, 8]))
        def test_it(reelmock_api, duration):
            job(duration=duration)
        """,
        ("FailedHealthCheck", "with reelmock.mock() as "),
    ),
    "the marker on `@given`": Mistake(
        """
        @pytest.mark.reelmock(progression="immediate")
        @given(duration=st.sampled_from([5, 8]))
        def test_it(duration):
            job(duration=duration)
        """,
        ("@given", "with reelmock.mock("),
    ),
    "`advance` under `polls`": Mistake(
        """
        def test_it(reelmock_api):
            job()
            reelmock_api.advance(15)
        """,
        ("advance(15) can change nothing", "move on by 'polls:1,1'", "Give progression='time:2,8'"),
    ),
}

Outputs: TypeAlias = Callable[[str], str]

HEADING = re.compile(r"^(?:_+ (?:ERROR at \w+ of )?test_mistake_(\d+) _+|=+ .* =+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """The part of pytest's output that is about a mistake; those with the same prelude share a run."""
    names, runs = list(MISTAKES), {}

    def part(name: str) -> str:
        prelude = MISTAKES[name].prelude
        if prelude not in runs:
            sources = [
                dedent(mistake.source).replace("test_it", f"test_mistake_{number}")
                for number, mistake in enumerate(MISTAKES.values())
                if mistake.prelude == prelude
            ]
            folder = tmp_path_factory.mktemp("mistakes")
            runs[prelude] = run_pytest(folder, "\n".join([prelude, *sources]), "-p", "no:respx").stdout
        # Before the first heading, then in turn a number, or None for another heading, and what stands below it.
        pieces = HEADING.split(runs[prelude])
        number = str(names.index(name))
        return "".join(text for head, text in zip(pieces[1::2], pieces[2::2], strict=True) if head == number)

    return part


@pytest.mark.parametrize("name", MISTAKES)
def test_the_output_names_cause_and_fix(name: str, outputs: Outputs) -> None:
    output = outputs(name)
    assert [words for words in MISTAKES[name].says if words not in output] == [], output
