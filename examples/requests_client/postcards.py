"""Postcards that move: a photo goes in, a short video comes out."""

import time
from pathlib import Path

import requests

URL = "https://api.aimlapi.com/v2/video/generations"
MODEL = "pixverse/v5.5/image-to-video"
POLL_EVERY_S = 15
GIVE_UP_AFTER_S = 1000


class PostcardError(Exception):
    """There will be no postcard. The text says why."""


def make_postcard(photo_url: str, scene: str, target: Path, *, key: str, seconds: int = 5) -> Path:
    """Let a photo move, and store the video at `target`. Takes some minutes."""
    with requests.Session() as api:
        api.headers["Authorization"] = f"Bearer {key}"
        order = {"model": MODEL, "prompt": scene, "image_url": photo_url, "duration": seconds}
        video = _finished(api, _read(api.post(URL, json=order, timeout=30)))
    # Not with the session: the video lies on another host, and the key is none of its business.
    clip = requests.get(video["url"], timeout=60)
    clip.raise_for_status()
    target.write_bytes(clip.content)
    return target


def _finished(api: requests.Session, job: dict) -> dict:
    """The video of a job, once it is there."""
    deadline = time.monotonic() + GIVE_UP_AFTER_S
    while job["status"] not in ("completed", "error"):
        if time.monotonic() > deadline:
            raise PostcardError(f"still {job['status']} after {GIVE_UP_AFTER_S} seconds")
        time.sleep(POLL_EVERY_S)
        job = _read(api.get(URL, params={"generation_id": job["id"]}, timeout=30))
    if job["status"] == "error":
        raise PostcardError(job["error"]["message"])
    return job["video"]


def _read(reply: requests.Response) -> dict:
    """The body of a reply, unless it is a refusal."""
    body = reply.json()
    if reply.ok:
        return body
    wrong = [f"{'.'.join(map(str, item['path']))}: {item['message']}" for item in body["error"].get("data", [])]
    raise PostcardError("; ".join(wrong) or body["message"])
