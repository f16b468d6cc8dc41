"""Every way in: the command line, later the HTTP API, the console and the clock."""
