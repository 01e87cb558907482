"""Calls: rules, criteria and the evidence for each."""
