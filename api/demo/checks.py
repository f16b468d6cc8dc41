"""What the demo said would happen, and whether it did."""


class Checks:
    """Sentences with their truth, in order."""

    def __init__(self) -> None:
        self._told: list[tuple[bool, str]] = []

    def that(self, sentence: str, holds: bool) -> None:  # noqa: FBT001 - the truth of the sentence
        """Note whether a sentence holds."""
        self._told.append((holds, sentence))

    @property
    def all_well(self) -> bool:
        """Whether every sentence held."""
        return all(holds for holds, _ in self._told)

    def text(self) -> str:
        """One line a sentence."""
        return "".join(
            f"  {'yes' if holds else 'NO '}  {sentence}\n" for holds, sentence in self._told
        )
