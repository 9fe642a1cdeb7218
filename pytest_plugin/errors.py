"""What a test that uses the fake may run into."""


class ReelmockError(Exception):
    """A call that can't work as it was made. The text says why, and what to do."""


class EndlessPolling(BaseException):
    """A client that polls a generation without end.

    No `Exception`, so that a client's own retries and `except Exception` do not eat it.
    """


class ToleratedDeviationWarning(UserWarning):
    """Something in a request that the schema does not allow, and that the real API is known or believed to take."""
