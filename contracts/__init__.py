"""What the API promises, and the judge of anybody who claims to keep it."""
