"""Whether a thread waits for a lock that is taken, as beside one that sleeps with the lock in its hand.

`Lock` is written in C and tells nobody who waits. So the instruction at which a thread stands is read from its source:
`with self._lock:` or `self._lock.acquire()`; then the lock is looked up, and asked.
"""

import ast
import dis
import linecache
from functools import lru_cache
from inspect import getattr_static
from threading import Lock, RLock
from types import CodeType, FrameType

_LOCKS = (type(Lock()), type(RLock()))
_CALLS = ("BEFORE_WITH", "CALL", "PRECALL")


def waits_for_taken_lock(frame: FrameType) -> bool | None:
    """Whether the instruction takes a lock, without a time-out, that is taken; None where it takes no lock.

    A thread that has just got it looks the same for a moment.
    """
    names = _names_of_lock(frame.f_code, frame.f_lasti)
    if not names:
        return None
    found = frame.f_locals[names[0]] if names[0] in frame.f_locals else frame.f_globals[names[0]]
    for name in names[1:]:
        found = getattr_static(found, name)
    # A reentrant lock says in no other way whether it is taken.
    return repr(found).startswith("<locked ") if type(found) in _LOCKS else None


@lru_cache(maxsize=256)
def _names_of_lock(code: CodeType, instruction: int) -> tuple[str, ...]:
    """The names that lead to what an instruction enters or acquires: `self._lock` is ("self", "_lock"); or none."""
    if not dis.opname[code.co_code[instruction]].startswith(_CALLS):
        return ()
    source = _source(code, instruction)
    try:
        statement = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return ()
    if isinstance(statement, ast.With) and len(statement.items) == 1:
        return _chain(statement.items[0].context_expr)
    if not isinstance(statement, ast.Expr):
        return ()
    taken = statement.value
    if isinstance(taken, ast.Call):
        acquires = isinstance(taken.func, ast.Attribute) and taken.func.attr == "acquire"
        return _chain(taken.func)[:-1] if acquires and not taken.args and not taken.keywords else ()
    return _chain(taken)


def _source(code: CodeType, instruction: int) -> str:
    """The text from which an instruction was made, or "" when the file is not at hand."""
    line, end_line, column, end_column = list(code.co_positions())[instruction // 2]
    if line is None or end_line is None or column is None or end_column is None:
        return ""
    lines = [text.encode() for text in linecache.getlines(code.co_filename)[line - 1 : end_line]]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    return b"".join(lines).decode(errors="replace")


def _chain(expression: ast.expr) -> tuple[str, ...]:
    if isinstance(expression, ast.Name):
        return (expression.id,)
    if isinstance(expression, ast.Attribute):
        before = _chain(expression.value)
        return (*before, expression.attr) if before else ()
    return ()
