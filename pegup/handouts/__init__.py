"""A theme in one HTML file that travels from phone to phone; what was done in it comes back as a code."""
