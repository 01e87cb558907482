"""A course runs many times: groups with dates and trainers, who is stuck in them, and where."""
