"""demo: the main job on the sample reports that come with the source."""

from __future__ import annotations

from pathlib import Path

import click

from civcas import actions
from civcas.cli.deciding import now
from civcas.cli.desk import open_workspace
from civcas.cli.publishing import refresh_public
from civcas.cli.recording import look_next, refresh, reports_for, show, summary, take_in_all, tell_credits
from civcas.cli.streams import Faults
from civcas.core.errors import BadSource
from civcas.core.records import Assessment
from civcas.store import Store, Viewer

CHECKOUT = Path(__file__).resolve().parents[3]
SETTLED = ("confirmed", "fair")


@click.command()
@click.option(
    "-w", "--workspace", type=click.Path(path_type=Path, file_okay=False), default=CHECKOUT / "workspace" / "demo",
    metavar="FOLDER", help="The workspace; otherwise workspace/demo in the checkout.",
)  # fmt: skip
@click.pass_context
def demo(ctx: click.Context, workspace: Path) -> None:
    """Record the sample reports and publish the settled incidents.

    Takes the reports in examples/reports, all of them invented, through the main job, and publishes
    the incidents whose grade is confirmed or fair. Run again, it changes nothing.

    \b
      civcas demo
    """
    reports = CHECKOUT / "examples" / "reports"
    if not reports.is_dir():
        raise BadSource(f"the sample reports come with the source, and there are none in {reports}")
    faults = Faults(later=True)
    try:
        found = reports_for(workspace, [str(reports)], {}, faults)
        if found is None:
            raise BadSource(f"there are no sample reports in {reports}")
        with open_workspace(workspace, create=True) as store:
            intake = take_in_all(store, found, faults)
            outcome = refresh(store, faults)
            public = publish_settled(store)
            refresh_public(store)
            show(store, as_json=False)
            tell_credits(store, as_json=False)
            click.echo(summary(intake, outcome, workspace))
            click.echo(f"{public} settled incidents are public; every report and incident here is invented.")
            click.echo(look_next(store, workspace))
    finally:
        faults.tell_held()
    ctx.exit(faults.code)


def publish_settled(store: Store) -> int:
    """Publishes what is settled; the number of incidents that are public then."""
    for assessment in store.assessments():
        if settled(assessment):
            origins = f"{assessment.origins} independent origin{'' if assessment.origins == 1 else 's'}"
            reason = f"settled: {assessment.grade} by {origins}"
            actions.publish(store, assessment.code, actor=Viewer.local("demo"), at=now(), reason=reason)
    return len(store.published())


def settled(assessment: Assessment) -> bool:
    return assessment.grade in SETTLED
