"""The world that a sandbox starts with, by name: `demo`, or a number of people for measurements.

The same name gives the same people, ids and files on every machine; only dates follow `today`.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from graphsync.sandbox.exports import write_exports
from graphsync.sandbox.tenant_seed import TenantSeed
from graphsync.sandbox.world_bench import people_in
from graphsync.sandbox.world_packs import write_packs
from graphsync.sandbox.world_tenant import bench_tenant, demo_tenant


def seed(name: str, export_dir: Path | None, today: date) -> TenantSeed:
    """The tenant of a world, and its exports of the first night where `export_dir` is given.

    `name` is `demo` or a number, as text; anything else is a ValueError. Exports go to
    `export_dir/<school>/`, packs to a folder beside it (`exports` and `exports-packs`), so that no
    pack is taken for a school; the returned settings name both. `today` is the day of night 1.
    """
    tenant = demo_tenant(today) if name == "demo" else bench_tenant(people_in(name))
    if export_dir is None:
        return tenant
    packs_dir = packs_beside(export_dir)
    write_exports(name, 1, export_dir, today)
    write_packs(name, packs_dir, today)
    settings = (
        ("ROSTER_PATH", str(export_dir.resolve())),
        ("PACKS_DIR", str(packs_dir.resolve())),
    )
    return replace(tenant, settings=settings)


def packs_beside(export_dir: Path) -> Path:
    """Where the packs of a seed lie that writes its exports to `export_dir`."""
    return export_dir.parent / f"{export_dir.name}-packs"
