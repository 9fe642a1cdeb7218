"""The pytest side of reelmock; it imports nothing heavy until it is used."""
