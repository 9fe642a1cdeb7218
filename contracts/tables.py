"""Rows of text as lines in columns, for a terminal."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """The lines of a table: its head, a rule, and a line for each row; lines longer than `width` are cut.

    Cells are printed as they are: what comes from outside has to be made printable before.
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    joined = ["  ".join(cell.ljust(size) for cell, size in zip(line, widths, strict=True)).rstrip() for line in lines]
    return [line if width is None or len(line) <= width else f"{line[: width - 1]}…" for line in joined]
