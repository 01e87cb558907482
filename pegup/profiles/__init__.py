"""Environmental profiles that a city team writes together."""
