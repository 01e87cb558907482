"""Questions, attempts and their marks."""
