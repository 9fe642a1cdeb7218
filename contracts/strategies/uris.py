"""URIs that parsers really take: RFC 3986 allows many that no HTTP client could call."""

import base64
from urllib.parse import quote

from hypothesis import strategies as st

NAMES = (
    "example.com",
    "cdn.example.org",
    "a.b.c.example.net",
    "xn--bcher-kva.example",
    "xn--fiqs8s",
    "localhost",
    "s3.eu-west-1.amazonaws.com",
    "EXAMPLE.com",
)
PATHS = ("", "/", "/boat.jpg", "/photos/2026/boat.PNG", "/a/b/c/", "/boat%20trip.webp", "/~user/-._~!$&'()*+,;=:@")
QUERIES = ("", "?", "?v=2", "?width=1280&height=720", "?sig=a%2Bb%3D&expires=1790000000", "?q=a+b/c?d")
MEDIA_TYPES = ("image/png", "image/jpeg", "video/mp4", "audio/mpeg")


def uris() -> st.SearchStrategy[str]:
    """Absolute URIs: https and http, names, punycode, IPv4, IPv6, ports, paths, queries; some `data:` URIs."""
    hosts = st.one_of(
        st.sampled_from(NAMES),
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    )
    ports = st.one_of(st.just(""), st.integers(1, 65535).map(lambda port: f":{port}"))
    names = st.text(min_size=1, max_size=6).map(lambda text: "/" + quote(text, safe=""))
    paths = st.one_of(st.sampled_from(PATHS), names)
    urls = st.builds(
        "{}://{}{}{}{}".format, st.sampled_from(["https", "http"]), hosts, ports, paths, st.sampled_from(QUERIES)
    )
    data = st.builds(_data, st.sampled_from(MEDIA_TYPES), st.binary(max_size=32))
    return st.one_of(st.just("https://example.com"), urls, urls, urls, data)


def _data(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
