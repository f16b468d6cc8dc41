"""Moments as the store keeps them: UTC in a text of fixed width, so that they sort as they pass."""

from datetime import UTC, datetime

from sqlalchemy import Dialect, String, TypeDecorator

MOMENT_LENGTH = 27


def moment_text(moment: datetime) -> str:
    """`2026-09-01T02:00:00.000000Z`; raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment in the store needs a time zone")
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds") + "Z"


def moment_of(text: str) -> datetime:
    """The moment of a `moment_text`; raises ValueError for any other text."""
    moment = datetime.fromisoformat(text)
    if moment_text(moment) != text:
        raise ValueError("is no moment of the store")
    return moment


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as `moment_text`."""

    impl = String(MOMENT_LENGTH)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The text that is stored."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The moment that was stored, in UTC."""
        return None if value is None else datetime.fromisoformat(value)
