"""How long a phone waits: Chromium on a slow line, with a processor as slow as a phone's."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import Browser

from bench.visits import phone

SEEN = """() => new Promise((resolve) => {
  const [way] = performance.getEntriesByType("navigation");
  const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
  const look = () => paint() && way.domContentLoadedEventEnd
    ? resolve([paint().startTime, Math.max(paint().startTime, way.domContentLoadedEventEnd)])
    : setTimeout(look, 20);
  look();
})"""
"""Milliseconds from the tap to the first words or pictures, and until every script has run as well."""


@dataclass(frozen=True)
class Network:
    """What the line gives in both directions, and how long an answer is under way at least."""

    kbit_per_second: int
    latency_ms: int


NETWORKS = {"3g": Network(400, 400), "2g": Network(280, 800)}


def waits(
    browser: Browser,
    address: str,
    paths: Mapping[str, str],
    cookies: Mapping[str, str],
    *,
    tries: int,
    slower: int,
) -> dict[str, float]:
    """Seconds, medians: ``slow.<network>.<page>.<cold or warm>.<paint or usable>``.

    Cold: a browser that knows nothing of the site but who is signed in. Warm: the same page again.
    """
    found: dict[str, list[float]] = {}
    for name, network in NETWORKS.items():
        for page, path in paths.items():
            for _each in range(tries):
                for visit, times in _visits(browser, address, path, cookies, network, slower):
                    for what, ms in zip(("paint", "usable"), times, strict=True):
                        key = f"slow.{name}.{page}.{visit}.{what}"
                        found.setdefault(key, []).append(ms / 1000)
    return {key: statistics.median(seconds) for key, seconds in found.items()}


def _visits(
    browser: Browser,
    address: str,
    path: str,
    cookies: Mapping[str, str],
    network: Network,
    slower: int,
) -> Iterator[tuple[str, list[float]]]:
    context = phone(browser, address, cookies)
    page = context.new_page()
    client = context.new_cdp_session(page)
    bytes_per_second = network.kbit_per_second * 1000 / 8
    client.send("Network.enable")
    client.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": network.latency_ms,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        },
    )
    client.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    for visit in ("cold", "warm"):
        page.goto(address + path, wait_until="networkidle")
        yield visit, page.evaluate(SEEN)
        page.goto("about:blank")
    context.close()
