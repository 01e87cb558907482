"""``pegup content preview``: a course folder in the browser, while it is written."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from werkzeug.serving import make_server

from pegup.preview.site import Preview


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--port", default=8001, show_default=True, help="Where the browser finds it.")
def preview(path: Path, port: int) -> None:
    """Show the course in PATH as learners see it, on a phone and on a screen, at each save.

    The findings of the check stand beside it. Nothing of the site's database is touched.
    """
    if not path.is_dir():
        raise click.ClickException(f"There is no folder {path}.")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="pegup-preview-") as data:
        shown = Preview(path, Path(data))
        try:
            server = make_server("127.0.0.1", port, shown.app, threaded=True)
        except (OSError, SystemExit):
            sys.exit(f"pegup: port {port} is taken; choose another with --port.")
        click.echo(f"http://127.0.0.1:{port}/preview/  (Ctrl+C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo()
