"""The standalone host: accounts with passwords or printed codes."""
