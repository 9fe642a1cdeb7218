"""The client has the provider's URL in it, and waits for 15 seconds between polls. No test waits, or needs a key."""

import pytest
from postcards import PostcardError, make_postcard

PHOTO = "https://example.com/harbour.jpg"
SCENE = "The boats rock gently."


@pytest.mark.reelmock(progression="time:30,90", sleep="skip")
def test_a_photo_becomes_a_video(reelmock_api, tmp_path):
    postcard = make_postcard(PHOTO, SCENE, tmp_path / "harbour.mp4", key="sk-anything")

    assert postcard.read_bytes()[4:8] == b"ftyp"
    [generation] = reelmock_api.generations
    assert generation.payload["image_url"] == PHOTO
    assert generation.polls == 8
    reelmock_api.assert_requests_conform()
    reelmock_api.assert_created_once()
    reelmock_api.assert_polled(min_interval=15)
    reelmock_api.assert_stopped_after_terminal()
    reelmock_api.assert_key_not_leaked()


@pytest.mark.reelmock(outcome="error:ModerationError:The picture shows a famous person", sleep="skip")
def test_a_generation_that_fails_leaves_no_file(reelmock_api, tmp_path):
    with pytest.raises(PostcardError, match="The picture shows a famous person"):
        make_postcard(PHOTO, SCENE, tmp_path / "harbour.mp4", key="sk-anything")

    assert list(tmp_path.iterdir()) == []
    reelmock_api.assert_stopped_after_terminal()


def test_a_refused_order_says_what_is_wrong(reelmock_api, tmp_path):
    with pytest.raises(PostcardError) as caught:
        make_postcard("harbour.jpg", SCENE, tmp_path / "harbour.mp4", key="sk-anything", seconds=7)

    assert str(caught.value) == (
        "duration: Invalid enum value. Expected '5' | '8' | '10', received '7'; image_url: Invalid url"
    )
    assert reelmock_api.generations == []


@pytest.mark.reelmock(api_keys="sk-ours")
def test_a_wrong_key_is_told(reelmock_api, tmp_path):
    with pytest.raises(PostcardError, match="requires a valid API key"):
        make_postcard(PHOTO, SCENE, tmp_path / "harbour.mp4", key="sk-theirs")

    assert len(reelmock_api.requests) == 1


@pytest.mark.reelmock(progression="hold", sleep="skip")
def test_a_job_that_never_ends_is_given_up(reelmock_api, tmp_path):
    with pytest.raises(PostcardError, match="still queued after 1000 seconds"):
        make_postcard(PHOTO, SCENE, tmp_path / "harbour.mp4", key="sk-anything")

    reelmock_api.assert_polled(min_interval=15, max_polls=70)
