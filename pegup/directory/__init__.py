"""Cities and organisations."""
