"""The course of 1997 as a demonstration: real cities and organisations, invented people and data."""
