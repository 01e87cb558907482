"""One box that finds lessons, words of the glossary and published profiles."""
