"""Pages."""

from pegup.editing import models  # noqa: F401
from pegup.web.feature import Feature

blueprint = Feature("editing", __name__)
