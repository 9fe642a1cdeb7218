"""Ids and chances come from a seed, and from nothing else."""

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from reelmock.mockserver.seeded import chance, identifier


def test_the_same_seed_gives_the_same_ids_in_any_process() -> None:
    """These are facts of the algorithm: a change of them changes everybody's recorded runs."""
    assert identifier("reelmock", "generation", 1) == "oTsTAap8MBu9P_9Yk_7kU"
    assert chance("reelmock", "failure", 1) == 0.9586318273108403


@given(st.text(), st.text(), st.integers(0))
def test_an_id_has_21_characters_that_urls_take_unquoted(seed: str, purpose: str, number: int) -> None:
    found = identifier(seed, purpose, number)
    assert len(found) == 21
    assert quote(found, safe="") == found


@given(st.text(), st.text(), st.integers(0))
def test_a_chance_is_from_0_up_to_but_not_including_1(seed: str, purpose: str, number: int) -> None:
    assert 0 <= chance(seed, purpose, number) < 1


def test_seeds_purposes_and_numbers_all_make_a_difference() -> None:
    variants = [(seed, purpose, number) for seed in ("a", "b") for purpose in ("x", "y") for number in range(500)]
    assert len({identifier(*variant) for variant in variants}) == 2000
    assert len({chance(*variant) for variant in variants}) == 2000


def test_chances_are_spread_evenly() -> None:
    tenths = [0] * 10
    for number in range(5000):
        tenths[int(chance("seed", "failure", number) * 10)] += 1
    assert all(400 < count < 600 for count in tenths)


def test_a_seed_may_hold_any_text() -> None:
    assert len(identifier("\ud800", "generation", 1)) == 21
