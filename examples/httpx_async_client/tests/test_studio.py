"""Tests of an async client, run by asyncio itself: no other plugin is needed."""

import asyncio

import pytest
from hypothesis import given
from storyboard import Rejected, ShotFailed, Studio

from reelmock import invalid_payloads, mock, valid_payloads

GATEWAY = "https://video-gateway.example.com"


def order(prompt="A paper boat sails down a rainy street.", **more):
    return {
        "model": "pixverse/v5.5/image-to-video",
        "prompt": prompt,
        "image_url": "https://example.com/boat.jpg",
        **more,
    }


def shoot(*orders, **settings):
    """What comes of orders that are placed at once."""

    async def run():
        async with Studio("sk-anything", **settings) as studio:
            return await studio.shoot_all(orders)

    return asyncio.run(run())


@pytest.mark.parametrize("base_url", ["https://api.aimlapi.com", GATEWAY])
def test_a_shot_is_made_by_the_provider_or_through_the_gateway(reelmock_api, base_url):
    [url] = shoot(order(), base_url=base_url, poll_every=0)

    assert url.endswith(".mp4")
    assert {f"https://{request.host}" for request in reelmock_api.requests} == {base_url}
    reelmock_api.assert_requests_conform()
    reelmock_api.assert_stopped_after_terminal()


def test_a_bad_shot_does_not_spoil_the_others(reelmock_api):
    reelmock_api.next(outcome="completed")
    reelmock_api.next(outcome="error:ModerationError:The prompt was refused")

    good, failed, rejected = shoot(order(), order("Something rude."), order(duration=7), poll_every=0)

    assert good.endswith(".mp4")
    assert isinstance(failed, ShotFailed)
    assert str(failed) == "The prompt was refused"
    assert isinstance(rejected, Rejected)
    assert rejected.args == (["duration"],)


@pytest.mark.reelmock(progression="time:60,120", sleep="skip")
def test_ten_shots_are_waited_for_at_once(reelmock_api):
    urls = shoot(*[order(f"Shot {number}.") for number in range(10)])

    assert len(set(urls)) == 10
    assert [generation.status for generation in reelmock_api.generations] == ["completed"] * 10
    reelmock_api.assert_created_once()
    reelmock_api.assert_polled(min_interval=10, max_polls=20)


@pytest.mark.reelmock(progression="hold", sleep="skip")
def test_patience_ends(reelmock_api):
    [missing] = shoot(order(), patience=300)

    assert isinstance(missing, TimeoutError)
    assert [generation.status for generation in reelmock_api.generations] == ["queued"]
    reelmock_api.assert_polled(min_interval=10, max_polls=31)


# A fixture lives as long as the test, and @given runs a test many times: so the fake is made inside.
@given(valid_payloads())
def test_whatever_the_api_takes_becomes_a_shot(payload):
    with mock() as api:
        [url] = shoot(payload, poll_every=0)
        assert url.endswith(".mp4")
        api.assert_requests_conform()


@given(invalid_payloads().filter(lambda broken: broken.pointer and not broken.tolerated))
def test_whatever_the_api_refuses_is_rejected_with_its_place(broken):
    with mock():
        [rejected] = shoot(broken.payload)
    assert isinstance(rejected, Rejected)
    assert rejected.args == ([broken.pointer[1:].replace("/", ".")],)
