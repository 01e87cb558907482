"""A theme on paper: what is printed, the sheets with answers, and how two people type them in."""
