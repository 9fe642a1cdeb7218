"""An MP4 writer for clips that stand still: one keyframe and, if wanted, silence.

The sample table of an MP4 file says for each frame where its bytes are, and nothing forbids two frames to be in the
same place. So the file holds one H.264 keyframe, all frames point at it, and one frame of silent AAC serves the sound
the same way. A clip of ten seconds is some 3 kB and needs no encoder, only the boxes of ISO/IEC 14496-12 and -14.

The boxes that hold media come last (`mdat` after `moov`), so a player can start before it has read the file to its end.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

FRAMES_PER_SECOND = 24

# An AAC-LC frame decodes to this many samples, whatever the sample rate.
_AAC_FRAME = 1024

# The clock of the movie header, in ticks per second.
_MOVIE_CLOCK = 1000

# Identity transform, 16.16 fixed point with 2.30 in the last column, as `mvhd` and `tkhd` want it.
_UPRIGHT = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

# "und" (no language stated) in three times five bits.
_NO_LANGUAGE = 0x55C4

# In a `dref` entry: the media is in this very file.
_SELF_CONTAINED = 1


@dataclass(frozen=True, slots=True)
class Keyframe:
    """One H.264 picture of `width` x `height` pixels that decodes on its own.

    `avcc` is the body of the `avcC` box (SPS and PPS); `sample` is the slice, led by its length in four bytes.
    """

    width: int
    height: int
    avcc: bytes
    sample: bytes


@dataclass(frozen=True, slots=True)
class Silence:
    """One frame (1024 samples) of silent mono AAC-LC at `sample_rate` Hz.

    `config` is the AudioSpecificConfig; `sample` is the raw frame without an ADTS header.
    """

    sample_rate: int
    config: bytes
    sample: bytes


@dataclass(frozen=True, slots=True)
class _Track:
    """What differs between picture and sound: `sample` repeated every `step` ticks until `ticks` are filled."""

    number: int
    clock: int
    ticks: int
    step: int
    sample: bytes
    handler: bytes
    header: bytes
    entry: bytes
    volume: int = 0
    width: int = 0
    height: int = 0

    @property
    def count(self) -> int:
        """How often the sample is shown, the last time perhaps cut short."""
        return -(-self.ticks // self.step)


def write_mp4(frame: Keyframe, seconds: int, *, audio: Silence | None = None, note: str = "") -> bytes:
    """An MP4 file that shows `frame` for exactly `seconds`, with a silent sound track when `audio` is given.

    `note` goes into a `free` box, which players skip: files with different notes differ in their bytes. Equal arguments
    give equal bytes. ValueError when `seconds` is below 1.
    """
    if seconds < 1:
        raise ValueError(f"a clip takes at least 1 second, not {seconds}")
    tracks = [_picture(frame, seconds)]
    if audio is not None:
        tracks.append(_sound(audio, seconds))
    head = _box(b"ftyp", b"isom", _u32(0x200), b"isomiso2avc1mp41")
    if note:
        head += _box(b"free", note.encode())
    media = _box(b"mdat", *(track.sample for track in tracks))
    # `moov` states where the media starts, which depends on its own length, which does not depend on what it states.
    start = len(head) + len(_movie(tracks, seconds, 0)) + 8
    return head + _movie(tracks, seconds, start) + media


def _picture(frame: Keyframe, seconds: int) -> _Track:
    return _Track(
        number=1,
        clock=FRAMES_PER_SECOND,
        ticks=seconds * FRAMES_PER_SECOND,
        step=1,
        sample=frame.sample,
        handler=b"vide",
        header=_full_box(b"vmhd", 1, bytes(8)),
        entry=_avc1(frame),
        width=frame.width,
        height=frame.height,
    )


def _sound(audio: Silence, seconds: int) -> _Track:
    return _Track(
        number=2,
        clock=audio.sample_rate,
        ticks=seconds * audio.sample_rate,
        step=_AAC_FRAME,
        sample=audio.sample,
        handler=b"soun",
        header=_full_box(b"smhd", 0, bytes(4)),
        entry=_mp4a(audio),
        volume=0x100,
    )


def _movie(tracks: Sequence[_Track], seconds: int, start: int) -> bytes:
    """The `moov` box for tracks whose samples lie one after the other from byte `start` on."""
    times = struct.pack(">4I", 0, 0, _MOVIE_CLOCK, seconds * _MOVIE_CLOCK)
    rate_and_volume = struct.pack(">IH10x", 0x10000, 0x100)
    next_number = _u32(len(tracks) + 1)
    boxes = [_full_box(b"mvhd", 0, times, rate_and_volume, _UPRIGHT, bytes(24), next_number)]
    for track in tracks:
        boxes.append(_trak(track, seconds, start))
        start += len(track.sample)
    return _box(b"moov", *boxes)


def _trak(track: _Track, seconds: int, offset: int) -> bytes:
    # Flags: the track is enabled and takes part in the movie.
    times = struct.pack(">5I8x", 0, 0, track.number, 0, seconds * _MOVIE_CLOCK)
    look = struct.pack(">HHHH", 0, 0, track.volume, 0) + _UPRIGHT
    size = struct.pack(">II", track.width << 16, track.height << 16)
    return _box(b"trak", _full_box(b"tkhd", 3, times, look, size), _mdia(track, offset))


def _mdia(track: _Track, offset: int) -> bytes:
    source = _full_box(b"dref", 0, _u32(1), _full_box(b"url ", _SELF_CONTAINED))
    times = struct.pack(">4IHH", 0, 0, track.clock, track.ticks, _NO_LANGUAGE, 0)
    return _box(
        b"mdia",
        _full_box(b"mdhd", 0, times),
        _full_box(b"hdlr", 0, bytes(4), track.handler, bytes(13)),
        _box(b"minf", track.header, _box(b"dinf", source), _sample_table(track, offset)),
    )


def _sample_table(track: _Track, offset: int) -> bytes:
    """The `stbl` box: `count` chunks of one sample each, all of them at the same `offset` of the file.

    It has no `stss` box: without one, every sample is a place to seek to.
    """
    last = track.ticks - (track.count - 1) * track.step
    if last == track.step:
        durations = _u32(1, track.count, track.step)
    else:
        # Whole AAC frames rarely fill a whole second. Uncut, the last one would make the clip last longer than asked.
        durations = _u32(2, track.count - 1, track.step, 1, last)
    return _box(
        b"stbl",
        _full_box(b"stsd", 0, _u32(1), track.entry),
        _full_box(b"stts", 0, durations),
        _full_box(b"stsc", 0, _u32(1, 1, 1, 1)),
        _full_box(b"stsz", 0, _u32(len(track.sample), track.count)),
        _full_box(b"stco", 0, _u32(track.count), _u32(offset) * track.count),
    )


def _avc1(frame: Keyframe) -> bytes:
    size_and_resolution = struct.pack(">HHII4x", frame.width, frame.height, 72 << 16, 72 << 16)
    # One picture per sample, no name of the encoder (32 bytes), 24 bits per pixel, no colour table.
    rest = struct.pack(">H32xHh", 1, 24, -1)
    return _box(b"avc1", _FIRST_SOURCE, bytes(16), size_and_resolution, rest, _box(b"avcC", frame.avcc))


def _mp4a(audio: Silence) -> bytes:
    # One channel of 16 bits; the rate is 16.16 fixed point.
    shape = struct.pack(">8xHH4xI", 1, 16, audio.sample_rate << 16)
    # Object type 0x40 is MPEG-4 audio, stream type 0x15 an audio stream; buffer size and bit rates are left open.
    decoder = _descriptor(4, bytes([0x40, 0x15]), bytes(11), _descriptor(5, audio.config))
    stream = _descriptor(3, bytes(3), decoder, _descriptor(6, b"\x02"))
    return _box(b"mp4a", _FIRST_SOURCE, shape, _full_box(b"esds", 0, stream))


# Opens each sample entry: six reserved bytes, then which entry of `dref` holds the media.
_FIRST_SOURCE = struct.pack(">6xH", 1)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return _u32(8 + len(body)) + kind + body


def _full_box(kind: bytes, flags: int, *parts: bytes) -> bytes:
    """A box of version 0 with `flags`."""
    return _box(kind, _u32(flags), *parts)


def _descriptor(tag: int, *parts: bytes) -> bytes:
    """An MPEG-4 descriptor of at most 127 bytes, whose length fits in one."""
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body


def _u32(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)
