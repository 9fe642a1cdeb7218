"""One file for each HTTP library: what answers it where it picks its transport."""
