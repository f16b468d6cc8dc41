"""Years as the roster writes them, youngest first, and the key stage that each lies in."""

KEY_STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("EYFS", ("N1", "N2", "R")),
    ("KS1", ("1", "2")),
    ("KS2", ("3", "4", "5", "6")),
    ("KS3", ("7", "8", "9")),
    ("KS4", ("10", "11")),
    ("KS5", ("12", "13", "14")),
)
YEARS: tuple[str, ...] = tuple(year for _, years in KEY_STAGES for year in years)
_STAGE_OF = {year: stage for stage, years in KEY_STAGES for year in years}


def key_stage(year: str) -> str | None:
    """EYFS or KS1 to KS5 of a year written as in the roster; None for any other text."""
    return _STAGE_OF.get(year)
