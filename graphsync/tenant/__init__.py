"""The tenant door: one way out to Microsoft Graph, and what comes back through it."""
