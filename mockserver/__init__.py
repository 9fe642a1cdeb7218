"""The fake: a sans-IO engine and the doors that clients reach it through."""
