"""What `format` means to the judge. `uri` is our own: jsonschema alone checks none; its extras are slow on photos."""

import re
from datetime import datetime

from jsonschema import FormatChecker
from rfc3986_validator import validate_rfc3986

# The grammar is not run over anything longer: no real URL is, and a hostile one could take seconds.
MAX_URI_LENGTH = 8 * 1024

# What nearly every URL looks like, and what the grammar surely takes: found out five times as fast as by the grammar.
PLAIN_URL = re.compile(r"https?://[a-z0-9.-]{1,255}(/[A-Za-z0-9._~/-]{0,1000})?", re.ASCII)

# Formats that jsonschema checks by itself.
BUILT_IN = ("email", "ipv4", "ipv6", "date", "uuid")

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

# How far into a `data:` URI its media type may reach. The rest is content and is not looked at: it may be a photo.
DATA_PREFIX_LENGTH = 256
DATA_PREFIX = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(;[\w.+-]+=[\w.+%-]+)*(;base64)?,", re.ASCII | re.IGNORECASE)


def is_uri(value: object) -> bool:
    """Whether `value` is an absolute URI (RFC 3986); a `data:` URI is judged by its beginning. True for no string."""
    if not isinstance(value, str):
        return True
    if value[:5].lower() == "data:":
        return DATA_PREFIX.match(value[:DATA_PREFIX_LENGTH]) is not None
    if PLAIN_URL.fullmatch(value):
        return True
    if len(value) > MAX_URI_LENGTH or not value.isascii() or not value.isprintable():
        return False
    return bool(validate_rfc3986(value, rule="URI"))


def is_date_time(value: object) -> bool:
    """Whether `value` is a moment as RFC 3339 writes it, with an offset. True for no string."""
    if not isinstance(value, str):
        return True
    if not DATE_TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


def format_checker() -> FormatChecker:
    """A checker with the formats of jsonschema that need no other package, and this module's.

    jsonschema checks more formats where it finds more packages; what is valid must not hang on what is installed.
    """
    checker = FormatChecker(BUILT_IN)
    checker.checks("uri")(is_uri)
    checker.checks("date-time")(is_date_time)
    return checker
