"""`graphsync init`: the first settings and packs, from answers and from what the tenant shows."""
