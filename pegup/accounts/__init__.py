"""People, their roles, and how an identity from outside becomes a person."""
