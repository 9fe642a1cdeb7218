"""A storyboard: several shots are made at once."""

from storyboard.studio import Rejected, ShotFailed, Studio

__all__ = ["Rejected", "ShotFailed", "Studio"]
