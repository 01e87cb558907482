"""Texts that are known to keep readers of Markdown busy, at any length.

Each follows a description in the list of pathological inputs that cmark tests itself with.
"""

from __future__ import annotations

from collections.abc import Callable

FORMS: dict[str, Callable[[int], str]] = {
    "nested strong emphasis": lambda n: "*a **a " * n + "b" + " a** a*" * n,
    "closers of emphasis without openers": lambda n: "a_ " * n,
    "openers of emphasis without closers": lambda n: "_a " * n,
    "openers and closers that do not fit": lambda n: "*a_ " * n,
    "strong and plain that do not fit": lambda n: "a**b" + "c* " * n,
    "stars of every length": lambda n: "".join(f"a{'*' * (i % 40 + 1)} " for i in range(n)),
    "only stars": lambda n: "*" * n,
    "only underscores": lambda n: "_" * n,
    "link closers": lambda n: "a]" * n,
    "link openers": lambda n: "[a" * n,
    "image openers": lambda n: "![" * n,
    "openers of links and emphasis": lambda n: "[ a_" * n,
    "links without an end": lambda n: "[a](b" * n,
    "links with an angle without an end": lambda n: "[a](<b" * n,
    "titles without an end": lambda n: '[a](b "' * n,
    "nested brackets": lambda n: "[" * n + "a" + "]" * n,
    "nested round brackets": lambda n: "[a](" + "(" * n + ")" * n + ")",
    "pairs that only look like links": lambda n: "**x [a*b**c*](d)" * n,
    "nested quotations": lambda n: "> " * n + "a",
    "quotations, each deeper": lambda n: "".join(f"{'> ' * (i % 60)}a\n" for i in range(n)),
    "nested lists": lambda n: "".join(f"{'  ' * (i % 60)}* a\n" for i in range(n)),
    "lists on one line": lambda n: "- " * n + "a",
    "long list": lambda n: "- a\n" * n,
    "long list with gaps": lambda n: "- a\n\n" * n,
    "numbered list": lambda n: "".join(f"{i}. a\n" for i in range(n)),
    "backticks of every length": lambda n: "".join(f"e{'`' * (i % 19 + 1)}" for i in range(n)),
    "many single backticks": lambda n: "`a " * n,
    "only backticks": lambda n: "`" * n,
    "many references": lambda n: "".join(f"[{i}]: /u\n" for i in range(n)) + "[0] " * n,
    "references in a row": lambda n: "".join(f"[r{i}]: /u 't'\n\n" for i in range(n)),
    "references that nobody defined": lambda n: "[a][b] " * n,
    "unclosed tags": lambda n: "<a " * n,
    "unclosed comments": lambda n: "<!-- " * n,
    "unclosed instructions": lambda n: "<?" * n,
    "unclosed declarations": lambda n: "<!A " * n,
    "unclosed CDATA": lambda n: "<![CDATA[" * n,
    "addresses without an end": lambda n: "<http://a" * n,
    "entities without an end": lambda n: "&#" * n,
    "entities": lambda n: "&amp;" * n,
    "backslashes": lambda n: "\\" * n,
    "escaped brackets": lambda n: "\\[" * n,
    "zero bytes": lambda n: "a\0" * n,
    "spaces before a word": lambda n: " " * n + "a",
    "blank lines": lambda n: "a\n" + "\n" * n,
    "headings": lambda n: "# a\n" * n,
    "underlined headings": lambda n: "a\n=\n\n" * n,
    "closing hashes": lambda n: "# a " + "#" * n + " a",
    "rows of a table": lambda n: "|a|b|\n|-|-|\n" + "|a|b|\n" * n,
    "columns of a table": lambda n: "|" + "a|" * n + "\n|" + "-|" * n + "\n",
    "tables": lambda n: "|a|b|\n|-|-|\n|c|d|\n\n" * n,
    "terms without an end": lambda n: "{a" * n,
    "terms": lambda n: "{a|b} " * n,
    "notes": lambda n: "[^1] " * n,
    "the parser's own marks": lambda n: "\x02klzzwxh:0001\x03" * n,
    "one long word": lambda n: "a" * n,
    "words of many lines": lambda n: "a b c\n" * n,
    "plain and strong that cross": lambda n: "*a " * n + "_a*_ " * n,
    "brackets that cross": lambda n: "[ (](" * n,
    "pictures of nothing": lambda n: "![[]()" * n,
    "each list one deeper": lambda n: "".join(f"{'  ' * i}* a\n" for i in range(n)),
    "backticks, each time one more": lambda n: "".join(f"e{'`' * i}" for i in range(n)),
    "blank lines in nested lists": lambda n: "- " * n + "x" + "\n" * n,
    "blank lines in nested lists in a quotation": lambda n: f"> {'- ' * n}x\n" + ">\n" * n,
    "emphasis in a deep quotation": lambda n: ">" * n + "a*" * n,
    "notes and their sources": lambda n: "".join(f"[^{i}] \n\n[^{i}]: a\n\n" for i in range(n)),
    "notes in notes": lambda n: "".join(f"[^{i}]: [^{i + 1}]\n\n" for i in range(n)),
    "struck out without an end": lambda n: "~~a " * n,
    "struck out in itself": lambda n: "~~" * n + "a" + "~~" * n,
    "addresses of sites": lambda n: "www.a.pe " * n,
    "only beginnings of sites": lambda n: "www." * n,
    "beginnings of mail": lambda n: "a@" * n,
    "schemes": lambda n: "http://" * n,
    "brackets behind an address": lambda n: "http://a.pe/" + ")" * n,
    "entities behind an address": lambda n: "http://a.pe/" + "&amp;" * n,
    "a head of a table over and over": lambda n: "a|b\n-|-\n" * n,
    "rows with ever fewer cells": lambda n: "".join(f"|{'a|' * (i % 50)}\n|-|\n" for i in range(n)),
    "strong, plain, strong": lambda n: "**_* " * n,
    "backticks and backslashes": lambda n: "``\\" * n,
    "only beginnings of tags": lambda n: "<" * n + ">",
    "rules": lambda n: "* * *\n" * n,
    "code by indentation": lambda n: "    a\n" * n,
}


def text(form: str, length: int) -> str:
    """About ``length`` letters of this form."""
    make = FORMS[form]
    high = 2
    while len(make(high)) <= length:  # from below: some grow with the square of their number
        high *= 2
    low = high // 2
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(make(middle)) <= length else (low, middle - 1)
    return make(low)


def folded(tangled: str, width: int) -> str:
    """The same in paragraphs, so that no limit on one paragraph helps."""
    return "\n\n".join(tangled[i : i + width] for i in range(0, len(tangled), width))
