"""Courses written in the browser: drafts, review, publication, history."""
