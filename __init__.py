"""reelmock: an offline stand-in for AI/ML API's video generation, driven by its OpenAPI document."""

__version__ = "0.1.0"
