"""The MP4 writer: what every decoder must find in a file, and what the bytes themselves must be like."""

import io
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from reelmock.mockserver.clips import ClipSpec, render_clip
from reelmock.mockserver.keyframes import shipped_sizes

EVERY_SECOND = range(1, 61)


def boxes(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The boxes at the top of `data`: type and body."""
    while data:
        length, kind = struct.unpack_from(">I4s", data)
        yield kind.decode(), data[8:length]
        data = data[length:]


def inside(data: bytes, *path: str) -> list[bytes]:
    """The bodies of all boxes at `path`."""
    if not path:
        return [data]
    return [found for kind, body in boxes(data) if kind == path[0] for found in inside(body, *path[1:])]


@pytest.mark.parametrize("audio", [False, True])
@pytest.mark.parametrize("seconds", EVERY_SECOND)
def test_every_length_is_exact_and_has_the_sound_that_was_asked_for(seconds: int, audio: bool) -> None:
    clip = render_clip(ClipSpec(640, 360, seconds, audio))
    with av.open(io.BytesIO(clip), mode="r") as container:
        streams = container.streams
        assert container.duration == seconds * av.time_base
        assert [stream.type for stream in streams] == ["video", "audio"][: 1 + audio]
        for stream in streams:
            assert stream.duration is not None
            assert stream.time_base is not None
            assert stream.duration * stream.time_base == seconds
            assert stream.start_time == 0
        assert streams.video[0].frames == seconds * 24


@pytest.mark.parametrize("audio", [False, True])
@pytest.mark.parametrize("seconds", EVERY_SECOND)
def test_all_headers_state_the_same_length(seconds: int, audio: bool) -> None:
    movie = inside(render_clip(ClipSpec(640, 360, seconds, audio)), "moov")[0]
    assert struct.unpack_from(">II", inside(movie, "mvhd")[0], 12) == (1000, seconds * 1000)
    for track in inside(movie, "trak"):
        assert struct.unpack_from(">I", inside(track, "tkhd")[0], 20) == (seconds * 1000,)
        clock, ticks = struct.unpack_from(">II", inside(track, "mdia", "mdhd")[0], 12)
        durations = inside(track, "mdia", "minf", "stbl", "stts")[0]
        assert ticks == seconds * clock
        assert sum(count * each for count, each in struct.iter_unpack(">II", durations[8:])) == ticks


@pytest.mark.parametrize(("width", "height"), shipped_sizes())
def test_every_shipped_picture_decodes_to_its_size_and_shows_eight_bars(width: int, height: int) -> None:
    with av.open(io.BytesIO(render_clip(ClipSpec(width, height, 1, False))), mode="r") as container:
        frame = next(container.decode(video=0))
    luma = bytes(frame.planes[0])[: frame.planes[0].line_size]
    brightness = [luma[width * (2 * bar + 1) // 16] for bar in range(8)]
    assert (frame.width, frame.height, frame.format.name) == (width, height, "yuv420p")
    assert brightness == sorted(brightness, reverse=True)
    assert len(set(brightness)) == 8


def test_all_frames_decode_in_order() -> None:
    with av.open(io.BytesIO(render_clip(ClipSpec(640, 360, 5, True))), mode="r") as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([number / 24 for number in range(120)])


def test_the_sound_is_silent() -> None:
    with av.open(io.BytesIO(render_clip(ClipSpec(640, 360, 2, True))), mode="r") as container:
        frames = list(container.decode(audio=0))
    assert {(frame.sample_rate, frame.layout.name) for frame in frames} == {(16_000, "mono")}
    assert sum(frame.samples for frame in frames) >= 2 * 16_000
    assert not any(any(bytes(frame.planes[0])) for frame in frames)


def test_a_player_can_start_before_it_has_the_media() -> None:
    assert [kind for kind, _ in boxes(render_clip(ClipSpec(640, 360, 5, True), "gen-1"))] == [
        "ftyp",
        "free",
        "moov",
        "mdat",
    ]


@pytest.mark.parametrize("note", ["", "gen-1", "gen-12345"])
def test_the_sample_tables_point_at_the_media_whatever_comes_before_it(note: str) -> None:
    clip = render_clip(ClipSpec(640, 360, 1, True), note)
    media = inside(clip, "mdat")[0]
    offset = clip.index(media)
    for table in inside(clip, "moov", "trak", "mdia", "minf", "stbl"):
        places = inside(table, "stco")[0][8:]
        length = struct.unpack_from(">I", inside(table, "stsz")[0], 4)[0]
        assert set(struct.unpack(f">{len(places) // 4}I", places)) == {offset}
        offset += length
    assert offset == len(clip)


def test_clips_with_different_notes_differ_and_show_the_same() -> None:
    spec = ClipSpec(640, 360, 5, True)
    first, second = render_clip(spec, "gen-1"), render_clip(spec, "gen-2")
    assert first != second
    assert first.replace(b"gen-1", b"gen-2") == second


def test_equal_arguments_give_equal_bytes() -> None:
    spec = ClipSpec(640, 360, 5, True)
    assert render_clip(spec, "gen-1") == render_clip(spec, "gen-1")


@pytest.mark.parametrize("audio", [False, True])
@pytest.mark.parametrize(("width", "height"), shipped_sizes())
def test_ten_seconds_take_less_than_4_kb(width: int, height: int, audio: bool) -> None:
    assert len(render_clip(ClipSpec(width, height, 10, audio), "gen-1")) < 4000


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_clip_of_no_length_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="at least 1 second"):
        render_clip(ClipSpec(640, 360, seconds, False))


FFMPEG_CASES = [
    *[ClipSpec(640, 360, seconds, True) for seconds in (1, 2, 5, 8, 10, 60)],
    *[ClipSpec(width, height, 1, False) for width, height in ((854, 480), (1080, 1920), (1366, 768), (2520, 1080))],
]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("spec", FFMPEG_CASES, ids=str)
def test_ffmpeg_has_nothing_to_complain_about(spec: ClipSpec, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(render_clip(spec, "gen-1"))
    command = ["ffmpeg", "-nostdin", "-v", "warning", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("spec", FFMPEG_CASES, ids=str)
def test_ffprobe_reports_the_exact_length(spec: ClipSpec, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(render_clip(spec, "gen-1"))
    shown = ["-show_entries", "format=duration:stream=duration", "-of", "default=noprint_wrappers=1:nokey=1"]
    done = subprocess.run(["ffprobe", "-v", "warning", *shown, path], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.split() == [f"{spec.seconds}.000000"] * (2 + spec.audio)
