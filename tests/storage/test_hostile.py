"""Every form, filled with what no form should get: an answer in words, never a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator

from werkzeug.exceptions import HTTPException

from tests.pages import Page

IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
ROLES = ("administrator", "team coordinator", "learner")
HOSTILE = {
    "a zero byte": "a\0b",
    "far too long": "x" * 20_000,
    "a number that fits nowhere": "9" * 30,
    "letters of every kind": "ñ'\"\\;--%_{{7*7}}<b>\u202e\uffff🌱",
}


def test_no_form_and_no_search_fails(site, caplog):
    failed, sent, seen = [], 0, set()
    texts = list(HOSTILE.values())
    # PostgreSQL refuses more than SQLite, which gets each form with one of them, unless there is time.
    thin = 1 if IS_LONG or site.engine.name == "postgres" else len(texts)
    for role in ROLES:
        client = site.client(site.person(role))
        for page in pages(client):
            for form in page.all("main form"):
                if (shape := shape_of(client, page, form)) in seen:
                    continue
                seen.add(shape)
                for text in texts[len(seen) % thin :: thin]:
                    for data in filled(form, text):
                        sent += 1
                        failed += sent_to(client, page, form, data)
    assert failed == []
    assert sent > 300 / thin
    assert "Not storable" not in caplog.text


def shape_of(client, page: Page, form) -> tuple[str, ...]:
    """Where it leads and what it asks: the same form of another row or role fails in the same way."""
    address = form.get("action") or page.response.request.path
    names = sorted({each["name"] for each in form.select("[name]")})
    return (kind_of(client, address.partition("?")[0]), form.get("method", "get"), *names)


def sent_to(client, page: Page, form, data: dict[str, str]) -> list[str]:
    """The form's address, if it fails."""
    address = form.get("action") or page.response.request.path
    method = form.get("method", "get").upper()
    response = client.open(
        address, method=method, **{"query_string" if method == "GET" else "data": data}
    )
    response.close()
    return [f"{method} {address} {data}"[:300]] if response.status_code >= 500 else []


def pages(client) -> list[Page]:
    """One page of each kind that this person can reach from the front door."""
    waiting, kinds, found = ["/"], {"pegup.home"}, []
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if response.mimetype == "text/html" and response.status_code == 200:
            page = Page(response)
            found.append(page)
            for link in page.all("a[href^='/']"):
                address = link["href"].partition("#")[0].partition("?")[0]
                kind = kind_of(client, address)
                if kind not in kinds:
                    kinds.add(kind)
                    waiting.append(address)
        response.close()
    return found


def kind_of(client, address: str) -> str:
    """The view behind the address."""
    try:
        return client.application.url_map.bind("localhost").match(address)[0]
    except HTTPException:
        return address


def filled(form, text: str) -> Iterator[dict[str, str]]:
    """The text in every field; in all that a person types; a long one also in one alone.

    Where another field refuses it too, a limit that is missing at one would not be seen.
    """
    fields = typed(form)
    yield {each["name"]: text for each in form.select("[name]")}
    yield kept(form) | dict.fromkeys(fields, text)
    if text == HOSTILE["far too long"]:
        for name in fields:
            yield kept(form) | dict.fromkeys(fields, "7") | {name: text}


def kept(form) -> dict[str, str]:
    """What the form would send untouched."""
    fields = {}
    for control in form.select("[name]"):
        if control.name == "select":
            options = [each["value"] for each in control.select("option[value]") if each["value"]]
            fields[control["name"]] = options[-1] if options else ""
        elif control.name == "textarea":
            fields[control["name"]] = control.text
        elif control.get("type") != "file":
            fields[control["name"]] = control.get("value", "")
    return fields


def typed(form) -> list[str]:
    """The names of what a person types."""
    return [
        each["name"]
        for each in form.select("textarea[name], input[name]")
        if each.get("type", "text") not in {"hidden", "radio", "checkbox", "file", "submit"}
    ]


def test_a_zero_byte_in_an_address_is_refused(site):
    client = site.client(site.person("administrator"))
    for address in ("/courses/a%00b", "/people/?q=%00", "/cities/x?y=%00"):
        assert client.get(address).status_code == 400, address
