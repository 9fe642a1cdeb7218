"""Strings of the formats that documents name: values that strict validators take too, not only lax ones."""

import base64
from collections.abc import Mapping
from datetime import UTC

from hypothesis import strategies as st

from reelmock.contracts.strategies.uris import NAMES, uris

MAIL_NAMES = ("someone", "some.one", "some+one", "s_1-x", "0")

HOSTNAMES = st.sampled_from(sorted({name.lower() for name in NAMES}))

FORMATS: Mapping[str, st.SearchStrategy[str]] = {
    "uri": uris(),
    "url": uris(),
    "uri-reference": uris(),
    "uuid": st.uuids().map(str),
    "date-time": st.datetimes(timezones=st.just(UTC)).map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z".zfill(20)),
    "date": st.dates().map(lambda day: day.isoformat()),
    "time": st.times().map(lambda time: f"{time:%H:%M:%S}Z"),
    "duration": st.integers(0, 86_400).map(lambda seconds: f"PT{seconds}S"),
    "email": st.builds("{}@{}".format, st.sampled_from(MAIL_NAMES), st.sampled_from(["example.com", "a.example.org"])),
    "hostname": HOSTNAMES,
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv6": st.ip_addresses(v=6).map(str),
    "byte": st.binary(max_size=32).map(lambda content: base64.b64encode(content).decode()),
}
