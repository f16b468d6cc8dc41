"""A school's staff side over SQLite, asked without a network; keys of a tenant made here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from staff_side import StaffSide

# isort: split
from chromium import chromium  # it is in tests/desk, where staff_side has led

__all__ = ["chromium"]


@pytest.fixture
def side(tmp_path: Path) -> Iterator[StaffSide]:
    made = StaffSide(tmp_path)
    yield made
    made.office.store.close()
