from reelmock.tests.referee import referee


def test_schemathesis_finds_nothing() -> None:
    """`make referee` asks for 100 examples; here fewer do."""
    verdict = referee(examples=15)
    assert verdict.returncode == 0, verdict.stdout
    assert "No issues found" in verdict.stdout
