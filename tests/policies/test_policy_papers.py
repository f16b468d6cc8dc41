"""docs/policies.md prints the tables that decide: keys, platform, types of people."""

from pathlib import Path

from policies.pack_keys import KEYS
from policies.pack_schema import Key, Order
from policies.pack_versions import is_working
from policies.person_types import TYPES, PersonType
from policies.platform import FACTS

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text("utf-8")


def rows(heading: str) -> list[str]:
    """The lines of the table under a heading, without its two first."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def order_of(key: Key) -> str:
    how = " → ".join(map(word, key.ladder)) if key.ladder else str(key.order)
    return f"| `{key.path}` | {how} |"


def meaning(name: str, one: PersonType) -> str:
    last_day = "needed" if one.end_date else "not needed"
    return f"| `{name}` | {one.category} | {one.licence or 'none'} | {one.aup} | {last_day} |"


def test_the_page_prints_the_order_of_every_ordered_key() -> None:
    ordered = [key for key in KEYS.values() if key.order is not Order.WORD]
    assert rows("Which of two values holds") == [order_of(key) for key in ordered]


def test_the_page_prints_what_the_platform_fixes() -> None:
    facts = [f"| `{one.name}` | {word(one.value)} | {one.source} |" for one in FACTS]
    assert rows("What the platform fixes") == facts


def test_the_page_prints_what_each_type_of_people_means() -> None:
    assert rows("Types of people") == [meaning(name, one) for name, one in TYPES.items()]


def test_the_page_names_every_section_of_working_keys() -> None:
    text = PAGE.split("Working keys (", 1)[1].split(") may change", 1)[0]
    named = set(text.replace("`", "").replace("\n", " ").split(", "))
    sections = {path.split(".")[0] for path in KEYS if is_working(path)}
    assert sections - {"pack", "trust", "review", "groups", "registers"} <= named
