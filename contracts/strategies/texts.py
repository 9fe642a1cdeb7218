"""Strings for Hypothesis: any length between two bounds, every script, and the bounds themselves."""

from functools import partial

from hypothesis import strategies as st

# Texts have about this many characters at most, unless they are as long as may be.
USUAL = 24

# Longer ones are repeated and not drawn character by character.
DRAWN = 200

# What breaks clients that count, cut, escape or send bytes: quotes, accents, right to left, a mark on a letter, an
# emoji of three code points, and characters beyond the first plane, which are surrogate pairs in JSON and JavaScript.
TELLING = (
    '"quoted" \\ path\n',
    "ein süßer Äpfel",
    "лодка",
    "قارب ورقي",
    "纸船",
    "e\N{COMBINING ACUTE ACCENT}",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}",
    "\N{MATHEMATICAL BOLD ITALIC CAPITAL X}\N{GOTHIC LETTER HWAIR}",
)


def texts(shortest: int = 0, longest: int | None = None) -> st.SearchStrategy[str]:
    """Strings of `shortest` to `longest` code points; unbounded ones stay short, but for the longest allowed."""
    if longest == 0:
        return st.just("")
    most = min(shortest + USUAL, longest or shortest + USUAL)
    if shortest <= DRAWN:
        usual = st.text(min_size=shortest, max_size=most)
    else:
        usual = st.builds(_exactly, st.text(min_size=1, max_size=USUAL), st.integers(shortest, most))
    found = [usual, st.sampled_from(TELLING).map(partial(_between, shortest=shortest, longest=longest))]
    bounds = [bound for bound in (shortest, longest) if bound]
    if bounds:
        # Repeated and not drawn: a text of thousands of drawn characters would take as many milliseconds.
        seeds = st.text(min_size=1, max_size=4)
        found.append(st.builds(_exactly, seeds, st.sampled_from(bounds)))
    return st.one_of(found)


def _between(text: str, *, shortest: int, longest: int | None) -> str:
    return _exactly(text, max(shortest, min(len(text), longest if longest is not None else len(text))))


def _exactly(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]
