"""What a test that uses the fake may run into."""


class ReelmockError(Exception):
    """A call that can't work as it was made. The text says why, and what to do."""


class HangError(ReelmockError):
    """A client without a time-out met a reply that never comes, and would wait for ever."""


class EndlessPolling(BaseException):
    """A client that polls a generation without end.

    No `Exception`, so that a client's own retries and `except Exception` do not eat it.
    """


class UnusedRuleWarning(UserWarning):
    """A rule of a scenario that decided nothing."""


class ToleratedDeviationWarning(UserWarning):
    """Something in a request that the schema does not allow, and that the real API is known or believed to take."""
