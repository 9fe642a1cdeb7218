"""Errors of the command line: one line that says what to do, and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from reelmock.contracts.contract import UnknownModelError
from reelmock.contracts.document import ContractError
from reelmock.contracts.instances import UnsatisfiableError
from reelmock.contracts.mutations import KindError
from reelmock.mockserver.demo import DemoError
from reelmock.mockserver.live import ListenError
from reelmock.mockserver.plan import PlanError
from reelmock.mockserver.rules import RuleError
from reelmock.mockserver.settings import SettingsError

# Errors that a user can mend; an ImportError is a missing extra.
MENDABLE = (
    *(ContractError, DemoError, ImportError, KindError, ListenError, PlanError, SettingsError),
    *(RuleError, UnknownModelError, UnsatisfiableError),
)


class CommandError(click.ClickException):
    """One line on stderr, and exit code 2."""

    exit_code = 2


@contextmanager
def told_in_one_line(*others: type[Exception]) -> Iterator[None]:
    """Errors that a user can mend become one line and exit code 2; `others` are those of one command alone."""
    mendable: tuple[type[Exception], ...] = (*MENDABLE, *others)
    try:
        yield
    except mendable as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{error.filename or 'the system'}: {error.strerror}") from None
