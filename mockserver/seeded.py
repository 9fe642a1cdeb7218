"""Ids and chances from a seed: the same seed and the same requests give the same ones, in any process."""

import base64
import hashlib

# The length of the ids that the real API hands out most: 126 bits in letters, digits, `-` and `_`.
ID_LENGTH = 21


def digest(seed: str, purpose: str, number: int) -> bytes:
    """Thirty-two bytes for the `number`th thing of this purpose."""
    return hashlib.sha256(f"{seed}\n{purpose}\n{number}".encode("utf-8", "surrogatepass")).digest()


def identifier(seed: str, purpose: str, number: int) -> str:
    """The id of the `number`th thing of this purpose: 21 characters in nanoid's manner."""
    return base64.urlsafe_b64encode(digest(seed, purpose, number))[:ID_LENGTH].decode("ascii")


def chance(seed: str, purpose: str, number: int) -> float:
    """A number from 0 up to (not including) 1 for the `number`th thing of this purpose."""
    return int.from_bytes(digest(seed, purpose, number)[:7], "big") / 2**56
