"""Names of components are readable, stable, and one of a kind."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.component_names import component_name, component_names


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        ("pixverse/v5.5/image-to-video", "PixverseV5_5ImageToVideo"),
        ("luma/ray-2", "LumaRay2"),
        ("kling-video/v1.6/pro", "KlingVideoV1_6Pro"),
        ("a/b2b/x1.0.2", "AB2bX1_0_2"),
        ("MiniMax-01", "MiniMax01"),
        ("видео", "Model"),
        ("", "Model"),
    ],
)
def test_a_name_is_made_of_the_words_of_the_id(model_id: str, name: str) -> None:
    assert component_name(model_id) == name


def test_a_name_that_is_taken_stays_and_others_get_their_own() -> None:
    assert component_names(["a/b", "a-b", "c"], {"d": "Old", "e": "C"}) == {
        "d": "Old",
        "e": "C",
        "a-b": "AB_d44362",
        "a/b": "AB_c14cdd",
        "c": "C_2e7d2c",
    }


@given(ids=st.lists(st.text(max_size=8), unique=True, max_size=8))
def test_no_two_ids_share_a_name_and_the_order_does_not_matter(ids: list[str]) -> None:
    names = component_names(ids, {})
    assert len({name.casefold() for name in names.values()}) == len(ids)
    assert names == component_names(reversed(ids), {})
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names.values())
