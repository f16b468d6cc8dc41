"""Four nights at a small trust, played on the tenant in a box."""

from api.demo.nights import play

__all__ = ["play"]
