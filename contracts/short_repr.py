"""Short texts for records that hold much."""

from typing import Protocol


class Printer(Protocol):
    """What IPython and Hypothesis hand to `_repr_pretty_`."""

    def text(self, obj: str, /) -> object:
        """Print a text as it is."""


class ShortRepr:
    """A record whose `__repr__` is all that is printed of it.

    IPython and Hypothesis print dataclasses field by field, which for a contract takes a hundred kilobytes, and for a
    request would show the key.
    """

    __slots__ = ()

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: ARG002 - IPython's protocol
        printer.text(repr(self))
