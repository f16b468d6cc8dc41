"""The table that the bench prints: Markdown, one row a case, the verdict in words."""

from dataclasses import dataclass

from tests.bench.plans import Told
from tests.bench.running import Usage

HEADING = (
    "| case | wall s | CPU s | max MB | requests | writes | expected writes | verdict |\n"
    "|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Target:
    """A number and the most that it may be; `of` says what the most stands for."""

    what: str
    found: float
    most: float
    of: str = ""

    @property
    def met(self) -> bool:
        """Whether the number is within its target."""
        return self.found <= self.most

    def __str__(self) -> str:
        sign = "≤" if self.met else ">"
        return f"{self.what} {_shown(self.found)} {sign} {_shown(self.most)}" + (
            f" ({self.of})" if self.of else ""
        )


@dataclass(frozen=True)
class Case:
    """One measured case; `told` is what the product printed, where it printed a run."""

    name: str
    used: Usage
    told: Told | None = None
    targets: tuple[Target, ...] = ()


def row(case: Case) -> str:
    """The case as a row of the table."""
    used, told = case.used, case.told
    counts = (told.requests, told.writes, told.expected) if told else ("", "", "")
    measures = (f"{used.wall:.2f}", f"{used.cpu:.2f}", f"{used.megabytes:.0f}")
    cells = (case.name, *measures, *(f"{n:,}" if n != "" else "" for n in counts), verdict(case))
    return f"| {' | '.join(cells)} |"


def verdict(case: Case) -> str:
    """`meets` when every target is met, else `MISSES`, and each with its numbers."""
    if not case.targets:
        return ""
    met = all(target.met for target in case.targets)
    return f"{'meets' if met else 'MISSES'}: {'; '.join(map(str, case.targets))}"


def _shown(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.2f}"
