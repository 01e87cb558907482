"""From a folder of Markdown files to a course: read, checked whole, compiled, stored.

``reading`` reads a folder into a ``compiled.Course`` and a list of findings; everything up to
there is pure. ``storing`` brings it into the database, ``words`` says findings in a language.
"""
