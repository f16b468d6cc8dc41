"""The engine: roster files, the tenant door, planning, guard, applying and the store."""
