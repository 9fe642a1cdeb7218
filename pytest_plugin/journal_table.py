"""The journal as a short table: what the message of a failed assertion and the report of a failed test show."""

from collections.abc import Sequence

from reelmock.contracts.jsontree import printable
from reelmock.contracts.tables import table
from reelmock.mockserver.journal import Entry

# Of a longer journal the newest entries are shown.
SHOWN = 20
WIDTH = 120


def journal_table(entries: Sequence[Entry]) -> str:
    """The newest entries as lines: number, seconds since the first, host, request, and what was answered."""
    if not entries:
        return "(no request came)"
    first = entries[0].at
    rows = [
        (str(entry.number), f"{entry.at - first:.1f}", *map(printable, (entry.origin, _asked(entry), _told(entry))))
        for entry in entries[-SHOWN:]
    ]
    left = len(entries) - len(rows)
    lines = table(("#", "after s", "host", "request", "reply"), rows, WIDTH)
    return "\n".join([*([f"({left} earlier ones are not shown)"] if left else []), *lines])


def _asked(entry: Entry) -> str:
    query = "&".join(f"{name}={value}" for name, value in entry.query)
    return f"{entry.method} {entry.path}{'?' + query if query else ''}"


def _told(entry: Entry) -> str:
    tolerated = f"(tolerated: {'; '.join(map(str, entry.deviations))})" if entry.deviations else ""
    note = f"({entry.note})" if entry.note else ""
    return " ".join(filter(None, (str(entry.response.status), entry.status or entry.case, note, tolerated)))
