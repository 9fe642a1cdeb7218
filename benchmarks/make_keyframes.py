"""Makes mockserver/keyframes.json: one H.264 picture per clip size, and one frame of silent AAC.

    python benchmarks/make_keyframes.py [OUTPUT]

Needs `ffmpeg` with libx264 on the PATH; the package itself never does. The same versions of ffmpeg and x264 give the
same bytes each time; others may give other bytes for the same picture. The shipped file was made with ffmpeg 5.1.9
and x264 0.164 of Debian 12.

The picture is eight vertical bars. The file:

    {"silence": {"sample_rate": Hz, "config": AudioSpecificConfig, "sample": raw AAC frame},
     "groups": [{"ratio": [16, 9],
                 "pictures": [{"width": 640, "height": 360, "avcc": body of the avcC box, "sample": slice}, ...]}, ...]}

with bytes in base64, and the slice led by its length in four bytes.
"""

import base64
import json
import re
import struct
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Final

RATIOS: Final = ((16, 9), (9, 16), (1, 1), (4, 3), (3, 4), (21, 9), (9, 21))
SHORT_SIDES: Final = (360, 480, 540, 720, 768, 1080)
FRAMES_PER_SECOND: Final = 24
SAMPLE_RATE: Final = 16_000

# White, yellow, cyan, green, magenta, red, blue, black: Y, Cb, Cr of BT.709 in the limited range.
BARS: Final = (
    (235, 128, 128),
    (219, 16, 138),
    (188, 154, 16),
    (173, 42, 26),
    (78, 214, 230),
    (63, 102, 240),
    (32, 240, 118),
    (16, 128, 128),
)

# A bar begins at a multiple of this many pixels, so that no 8x8 block has an edge in it; such edges cost bytes.
GRID: Final = 8

SPS, PPS, KEY_SLICE = 7, 8, 5


def main(output: Path) -> None:
    """Write the file to `output` and print each size with the bytes its picture takes."""
    groups = [{"ratio": ratio, "pictures": [picture(*ratio, side) for side in SHORT_SIDES]} for ratio in RATIOS]
    table = {"silence": silence(), "groups": groups}
    output.write_text(json.dumps(table, indent=1) + "\n", encoding="ascii")


def picture(across: int, down: int, short_side: int) -> dict[str, int | str]:
    """One entry of `pictures`, for an aspect ratio and the pixels of the short side."""
    width, height = picture_size(across, down, short_side)
    units = encode_picture(width, height)
    sample = with_length(units[KEY_SLICE])
    print(f"{width}x{height}: {len(sample)} bytes")
    return {
        "width": width,
        "height": height,
        "avcc": base64_text(avcc(units[SPS], units[PPS])),
        "sample": base64_text(sample),
    }


def silence() -> dict[str, int | str]:
    """The entry `silence`."""
    config, sample = encode_silence()
    return {"sample_rate": SAMPLE_RATE, "config": base64_text(config), "sample": base64_text(sample)}


def picture_size(across: int, down: int, short_side: int) -> tuple[int, int]:
    """Width and height in pixels, both even, for a ratio and a short side."""
    long_side = 2 * round(short_side * max(across, down) / min(across, down) / 2)
    return (long_side, short_side) if across >= down else (short_side, long_side)


def bars(width: int, height: int) -> bytes:
    """One raw yuv420p picture of the eight bars."""
    edges = [GRID * round(width * bar / len(BARS) / GRID) for bar in range(len(BARS))] + [width]
    widths = [right - left for left, right in pairwise(edges)]

    def plane(component: int, shrink: int) -> bytes:
        row = b"".join(bytes([bar[component]]) * (pixels // shrink) for bar, pixels in zip(BARS, widths, strict=True))
        return row * (height // shrink)

    return plane(0, 1) + plane(1, 2) + plane(2, 2)


def encode_picture(width: int, height: int) -> dict[int, bytes]:
    """The NAL units of one encoded picture by their type; x264's letter to the world (SEI) is among them."""
    source = f"-f rawvideo -pix_fmt yuv420p -s {width}x{height} -r {FRAMES_PER_SECOND} -i -"
    colours = "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv"
    encoder = "-c:v libx264 -profile:v main -preset placebo -qp 20 -g 1 -threads 1"
    stream = ffmpeg(f"{source} -frames:v 1 {encoder} {colours} -f h264 -", bars(width, height))
    units = re.split(rb"\x00?\x00\x00\x01", stream)[1:]
    return {unit[0] & 31: unit for unit in units}


def avcc(sps: bytes, pps: bytes) -> bytes:
    """The body of an `avcC` box for the Main profile: slices are led by four bytes of length."""
    profile_and_level = sps[1:4]
    start = struct.pack(">B3sBB", 1, profile_and_level, 0xFF, 0xE1)
    return start + struct.pack(">H", len(sps)) + sps + struct.pack(">BH", 1, len(pps)) + pps


def with_length(unit: bytes) -> bytes:
    """A NAL unit as an MP4 file stores it."""
    return struct.pack(">I", len(unit)) + unit


def encode_silence() -> tuple[bytes, bytes]:
    """AudioSpecificConfig and one raw frame of silent mono AAC-LC."""
    source = f"-f lavfi -i anullsrc=r={SAMPLE_RATE}:cl=mono -t 1 -c:a aac -bitexact"
    stream = ffmpeg(f"{source} -f adts -")
    first_length = (stream[3] & 3) << 11 | stream[4] << 3 | stream[5] >> 5
    header = 7
    first, second = stream[header:first_length], stream[first_length + header : 2 * first_length]
    if first != second:
        raise RuntimeError("the AAC encoder's silence depends on what came before it")
    # ADTS has no room for "there is no spectral band replication"; without it some decoders expect it at 16 kHz.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "silence.mp4")
        ffmpeg(f"{source} -y {file}")
        config = re.search(rb"\x05\x80\x80\x80(.)", file.read_bytes(), re.DOTALL)
        if config is None:
            raise RuntimeError("no AudioSpecificConfig in ffmpeg's MP4 file")
        return file.read_bytes()[config.end() : config.end() + config[1][0]], first


def ffmpeg(arguments: str, stdin: bytes = b"") -> bytes:
    """Run ffmpeg and return what it writes to its standard output; CalledProcessError when it fails."""
    command = ["ffmpeg", "-v", "error", *arguments.split()]
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout


def base64_text(data: bytes) -> str:
    """`data` in base64."""
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    shipped = Path(__file__).parent.parent / "mockserver" / "keyframes.json"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped)
