"""The command line: every verb opens its inputs, calls a function, and writes what comes back.

Exit codes: 0 done; 1 findings, or some inputs refused and the rest done; 2 wrong usage or nothing
readable. An interrupt ends with 130 and a closed pipe with 141, as the shell has it.
"""

from __future__ import annotations

import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from civcas import __version__
from civcas.core.errors import CivcasError

# A verb's module is imported when the verb is called, so that --help answers at once.
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "The main job": {
        "record": ("recording", "Reports in, incident table out; everything is stored in a workspace."),
        "incidents": ("looking", "The incidents of the record, now or as they stood."),
        "explain": ("explaining", "Where a number comes from: rule, claims, quoted words, documents."),
        "collect": ("recording", "Preserve reports in a workspace without reading them."),
        "demo": ("demonstrating", "Record the sample reports and publish the settled incidents."),
    },
    "Stages that need no workspace": {
        "extract": ("stages", "Reports to accounts: what each report says of each event."),
        "match": ("stages", "Accounts to incidents: which accounts tell of the same event."),
        "assess": ("stages", "Incidents to ranges, strike status and grade, each with its reasons."),
        "annotate": ("stages", "Every date, place, count and party in a report, with its offsets."),
    },
    "Decisions": {
        "review": ("reviewing", "Pairs of incidents that may be one, most useful first."),
        "decide": ("deciding", "Settle that two accounts or incidents are the same, or are not."),
        "merge": ("deciding", "Make several incidents one."),
        "split": ("deciding", "Take accounts or reports out of an incident."),
        "override": ("settling", "Set a figure, the grade or the strike status of an incident."),
        "exclude": ("settling", "Leave reports or accounts out of every figure."),
        "undo": ("settling", "Take a decision back."),
        "sign-off": ("settling", "Answer for an incident as it is assessed now."),
        "publish": ("deciding", "Make an incident public."),
        "withdraw": ("deciding", "Take an incident back from the public."),
        "responses": ("answering", "What each party answered to an allegation, first to last."),
        "strikes": ("striking", "Declared strikes that may be the one an incident tells of."),
        "respond": ("answering", "Record that a party was asked, or what it answered."),
        "codebook": ("books", "What another codebook would move, and putting it in force."),
        "log": ("deciding", "The decision log with its signed head."),
        "diff": ("looking", "What moved between two states of the record, and why."),
    },
    "The people": {
        "victims": ("people", "Who is named; who may be named twice; who stands on an official list."),
        "identify": ("people", "Settle that two people are one, or are not, or who is meant on a list."),
        "consent": ("people", "Record whether somebody agreed to be named, and what naming could do."),
        "release-name": ("people", "Let the public see a name."),
        "withhold-name": ("people", "Take a name back from the public."),
    },
    "What others recorded": {
        "import": ("importing", "Published datasets, kept apart; or a desk's own spreadsheet."),
        "reconcile": ("reconciling", "Which incidents of a dataset ours are, which are only here, which only there."),
        "agreement": ("agreeing", "How far several codings of one sample agree: Krippendorff's alpha for each field."),
        "export": ("importing", "What was taken in, out again."),
        "datasets": ("importing", "The imported datasets, with version, credit and licence."),
    },
    "The public archive": {
        "serve": ("serving", "The public archive: map, incidents, figures and where they come from."),
        "letters": ("publishing", "What readers of the public archive wrote to the desk, relatives first."),
    },
    "The workspace": {
        "check": ("checking", "What contradicts itself in the record, a dataset or a file."),
        "verify": ("keeping", "Whether the archive, the records and the decision log still hold."),
        "erase": ("erasing", "Take a document, a person's name or a line of the log out for good."),
        "gazetteer": ("places", "Place lists of your own."),
        "backup": ("keeping", "The whole workspace in one file."),
        "restore": ("keeping", "A workspace out of its backup."),
    },
}  # fmt: skip
VERBS = {name: where for section in SECTIONS.values() for name, where in section.items()}


class Program(click.Group):
    """The verbs, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's own signature)
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"civcas.cli.{VERBS[cmd_name][0]}")
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(module, f"{name}_" if keyword.iskeyword(name) else name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as fault:
            raise click.exceptions.NoSuchCommand(fault.command_name, possibilities=list(VERBS), ctx=ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except BrokenPipeError:
            # The reader of our output has gone (as `head` does): nothing may be written any more, at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, summary) for name, (_, summary) in verbs.items()])


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`civcas VERB --help` says more about a verb, with examples.",
)
@click.version_option(__version__, prog_name="civcas", message="%(prog)s %(version)s")
def program() -> None:
    """Turns reports of harm to civilians into a record that can be defended.

    \b
      civcas record reports/ -w desk     record a folder of reports in the workspace `desk`
      civcas explain SY240115a killed    the words that a figure rests on
      civcas extract reports/ | civcas match - | civcas assess -

    Reports are .txt, .md, .html, .pdf, .docx, .eml, .jsonl, .csv, .xlsx, .warc files, folders of
    them, or `-` for JSON lines on standard input.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    try:
        code = program.main(
            args=None if arguments is None else list(arguments), prog_name="civcas", standalone_mode=False
        )
        return code if isinstance(code, int) else 0
    except CivcasError as fault:
        return _told(str(fault), 2)
    except click.UsageError as fault:
        fault.show()
        return 2
    except click.ClickException as fault:
        return _told(fault.format_message(), 2)
    except (click.Abort, KeyboardInterrupt):
        return _told("interrupted; what was finished is kept, and the same command goes on from there", 130)


def _told(message: str, code: int) -> int:
    from civcas.core.visible import visible

    click.echo(f"civcas: {visible(message)}", err=True)
    return code
