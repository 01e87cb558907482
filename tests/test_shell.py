"""What holds for every page: who may open it, what headers it has, what an error looks like."""

from __future__ import annotations

from pegup.web.assets import manifest


def test_home_is_public_and_spanish(page):
    assert page("/").one("html")["lang"] == "es"


def test_language_switch_is_kept_on_the_device(page):
    assert page("/language", data={"language": "en", "next": "/"}, status=302)
    assert page("/").one("html")["lang"] == "en"


def test_language_switch_never_leaves_the_site(client, sign_in):
    for hostile in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        response = client.post("/language", data={"language": "es", "next": hostile})
        assert response.location == "/", hostile


def test_unknown_address_helps_in_the_readers_language(page):
    assert "No encontramos esta página" in page("/no-existe", status=404).one("h1").text


def test_write_from_another_site_is_refused(client, sign_in):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/language", data={"language": "en"}, headers=headers).status_code == 403
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/language", data={"language": "en"}, headers=ours).status_code == 302


def test_headers_stand_on_every_page(client, sign_in):
    for path in ("/", "/no-existe"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_what_is_typed_to_sign_in_is_kept_by_no_cache(client, sign_in):
    assert client.get("/sign-in").headers["Cache-Control"] == "private, no-store"
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"


def test_style_sheets_are_kept_whoever_asks(client, sign_in, ben):
    sign_in(ben)
    style = next(name for name in manifest().values() if name.endswith(".css"))
    response = client.get(f"/static/{style}")
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Set-Cookie" not in response.headers
    response.close()


def test_a_page_that_the_browser_has_is_not_sent_again(client, sign_in, ben):
    first = client.get("/", headers={"Accept-Encoding": "br"})
    has_it = {"If-None-Match": first.headers["ETag"]}
    for packed in ("br", "gzip", "identity"):
        again = client.get("/", headers=has_it | {"Accept-Encoding": packed})
        assert (again.status_code, again.data) == (304, b""), packed
        assert again.headers["Pegup-Page"] == "1"
        assert "Content-Security-Policy" not in again.headers, "the page has its own"
    sign_in(ben)
    another = client.get("/", headers=has_it)
    assert another.status_code == 200, "what somebody else sees is another page"
    assert "Ben Learner" in another.text


def test_what_must_not_be_kept_has_no_tag(client, sign_in):
    for path in ("/sign-in", "/no-existe"):
        assert "ETag" not in client.get(path).headers
    head = client.head("/", headers={"If-None-Match": "*"})
    assert head.status_code == 200
