"""City teams: people of several sectors from one city."""
