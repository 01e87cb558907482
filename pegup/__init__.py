"""Pegup: a course, city teams, their profiles and grants; alone or mounted in a Flask app."""

from pegup.accounts.recognise import Claim
from pegup.app import create_app
from pegup.extension import Pegup

__all__ = ["Claim", "Pegup", "create_app"]
