"""The staff API and the console: for those whom the tenant's app roles let in."""
