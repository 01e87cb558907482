"""Completion, grades and their export."""
