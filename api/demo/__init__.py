"""Four nights at a small trust, played on the tenant in a box."""

from api.demo.nights import play
from api.demo.stage import Stage, empty_folder

__all__ = ["Stage", "empty_folder", "play"]
