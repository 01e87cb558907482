"""``make bench``: how fast, how small and how frugal Pegup is, measured as its user meets it."""
