"""serve: the public archive of a workspace, on this machine or behind a proxy; letters: what its readers wrote."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from civcas.cli import options
from civcas.core.errors import BadSource
from civcas.settings import Settings
from civcas.web.site import LOCAL, Site, application, configure

THREADS = 4


@click.command()
@options.workspace
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--name", "names", multiple=True, metavar="HOST", help="A name the site answers to; any other is refused."
)
@click.option("--title", default="civcas", show_default=True, help="What the site is called.")
@click.option("--behind-proxy", is_flag=True, help="A proxy of yours ends TLS and tells the reader's address.")
@click.option("--sample", is_flag=True, help="Say on every page that all of it is invented.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that answer.")
def serve(
    workspace: Path, host: str, port: int, names: tuple[str, ...], title: str, behind_proxy: bool, sample: bool,
    workers: int,
) -> None:  # fmt: skip
    """The public archive: map, incidents, figures and where they come from.

    Shows what has been published and nothing else. It needs no outside service: map, fonts and
    scripts are its own. `civcas publish` and `withdraw` show in it at once.

    \b
      civcas serve -w desk
      civcas serve -w desk --host 0.0.0.0 --name archive.example.org --behind-proxy
    """
    if not built().is_file():
        raise BadSource("the pages are not built yet: `./run setup` builds them")
    site = Site(
        workspace=workspace.absolute(),
        hosts=(*names, *LOCAL) if names else LOCAL,
        title=title,
        sample=sample or workspace.absolute().parent.name == "workspace" and workspace.name == "demo",
        behind_proxy=behind_proxy,
        database_url=Settings.read(os.environ).database_url,
    )
    configure(site)  # before anything opens a store: the store sets Django up for itself where nobody has
    from civcas.cli.desk import open_workspace
    from civcas.cli.publishing import refresh_public

    with open_workspace(workspace) as store:
        refresh_public(store, make=True)
    click.echo(f"The archive is at http://{host}:{port}/ (Ctrl-C ends it)", err=True)
    _run(application, bind=f"{host}:{port}", workers=workers)


def built() -> Path:
    """A file that is there once the pages are built."""
    from civcas.web import site

    return Path(site.__file__).parent / "static" / "civcas" / "site.css"


def _run(load: Callable[[], Callable[..., Any]], *, bind: str, workers: int) -> None:
    """Answers until it is told to end."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            told = {
                "bind": bind, "workers": workers, "threads": THREADS, "worker_class": "gthread", "timeout": 60,
                "proc_name": "civcas", "loglevel": "warning", "control_socket_disable": True, "keepalive": 5,
            }  # fmt: skip
            for name, value in told.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            return load()

    Server().run()
