"""The tables, private to the store. Records stand as JSON beside the columns that are searched.

Nothing that was read is deleted: a row that no longer holds has its `until`. Text is kept as bytes (UTF-8),
because PostgreSQL refuses a NUL in a text column and a report may hold one.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class MetaRow(models.Model):
    """What is true of the workspace as a whole: its public key, the version that made it."""

    name = models.TextField(primary_key=True)
    value = models.TextField()


class DocumentRow(models.Model):
    """A report; `body` is its record without text and media."""

    id = models.TextField(primary_key=True)
    position = models.BigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, null=True)
    current_text = models.IntegerField(default=1)
    body = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="document_sha256")]


class TextRow(models.Model):
    """One reading of a document's bytes into text; a newer reader makes a newer version."""

    document = models.ForeignKey(DocumentRow, models.PROTECT, related_name="texts")
    number = models.IntegerField()
    reader = models.TextField(null=True)
    text = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of the text: what `verify` holds it against
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="text_version")]


class AliasRow(models.Model):
    """Another id under which the same report was given."""

    alias = models.TextField(primary_key=True)
    document = models.ForeignKey(DocumentRow, models.PROTECT, related_name="aliases")


class CaptureRow(models.Model):
    """One time that the desk came by a document's bytes."""

    id = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(unique=True)
    document = models.ForeignKey(DocumentRow, models.PROTECT, related_name="captures")
    body = models.TextField()


class MediaRow(models.Model):
    """An image or video of a document."""

    document = models.ForeignKey(DocumentRow, models.PROTECT, related_name="media")
    number = models.IntegerField()
    sha256 = models.CharField(max_length=64, null=True)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="media_number")]
        indexes = [models.Index(fields=["sha256"], name="media_sha256")]


class ProblemRow(models.Model):
    """An input that could not be read."""

    id = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(unique=True)
    since = models.DateTimeField()
    body = models.TextField()


class ReadingRow(models.Model):
    """A reader went over a text, whatever it found: what resuming looks at."""

    document = models.ForeignKey(DocumentRow, models.PROTECT, related_name="readings")
    text_number = models.IntegerField()
    reader = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=Q(until=None), name="reading_current"),
        ]


class ClaimRow(models.Model):
    """A claim as long as it was read; the same words read again later make a new row."""

    claim = models.CharField(max_length=64)
    document = models.ForeignKey(DocumentRow, models.PROTECT, related_name="claims")
    text_number = models.IntegerField()
    position = models.IntegerField()
    body = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim"], condition=Q(until=None), name="claim_current")]
        indexes = [models.Index(fields=["document", "until"], name="claim_document")]


class AccountRow(models.Model):
    """An account as long as it was read so."""

    account = models.CharField(max_length=64)
    document = models.ForeignKey(DocumentRow, models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=16)
    position = models.IntegerField()
    body = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], condition=Q(until=None), name="account_current")]
        indexes = [
            models.Index(fields=["document", "until"], name="account_document"),
            models.Index(fields=["kind", "until", "account"], name="account_kind"),
        ]


class CodeRow(models.Model):
    """An incident code, once given never given to another incident; `body` is None while no incident bears it."""

    code = models.CharField(max_length=32, primary_key=True)
    position = models.BigIntegerField()
    body = models.TextField(null=True)
    redirect = models.CharField(max_length=32, null=True)


class MemberRow(models.Model):
    """An account that is, or once was, of the incident that bears the code; one that comes back is a new row."""

    code = models.ForeignKey(CodeRow, models.PROTECT, related_name="members")
    account = models.CharField(max_length=64)
    current = models.BooleanField()
    since = models.DateTimeField(null=True)  # None: before such times were kept
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "account"], condition=Q(current=True), name="member_current"),
        ]
        indexes = [models.Index(fields=["account", "current"], name="member_account")]


class AssessmentRow(models.Model):
    """The newest assessment of each incident: a cache, recomputed from accounts and decisions."""

    code = models.OneToOneField(CodeRow, models.PROTECT, primary_key=True, db_column="code")
    body = models.TextField()


class ProjectRow(models.Model):
    """The project file, or the codebook it names, as it stood from a moment on."""

    kind = models.CharField(max_length=16, default="project")
    digest = models.CharField(max_length=64)
    text = models.BinaryField()
    since = models.DateTimeField()


class LinkRow(models.Model):
    """One line of the decision log."""

    number = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)  # two lines on one would be a fork
    hash = models.CharField(max_length=64)


class PayloadRow(models.Model):
    """What a line of the log says, apart from the chain so that it can be erased."""

    link = models.OneToOneField(LinkRow, models.PROTECT, primary_key=True, db_column="number")
    decision = models.CharField(max_length=64, unique=True)
    verb = models.CharField(max_length=16)
    payload = models.BinaryField()
    salt = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["verb"], name="payload_verb")]


class HeadRow(models.Model):
    """The signed end of the log: one row, locked by whoever appends."""

    id = models.IntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)


class DatasetRow(models.Model):
    """One version of a published dataset, or of a desk's own spreadsheet; `body` is its record."""

    name = models.CharField(max_length=100)
    version = models.IntegerField()
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="dataset_version")]


class EntryRow(models.Model):
    """An incident of a dataset, from the version that gave it so up to the one that no longer did."""

    dataset = models.CharField(max_length=100)
    key = models.TextField()
    body = models.TextField()
    position = models.IntegerField()
    since = models.IntegerField()
    until = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["dataset", "until"], name="entry_dataset")]


class LetterRow(models.Model):
    """What a reader of the public archive wrote to the desk; no part of the record."""

    id = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(unique=True)
    body = models.TextField()


class ColumnsRow(models.Model):
    """What of an account is compared (core.match.flat): derived when it is read, made anew in another manner."""

    row = models.OneToOneField(AccountRow, models.CASCADE, primary_key=True, db_constraint=False)  # derived
    manner = models.CharField(max_length=32, db_index=True)
    line = models.BinaryField()


class MatchedRow(models.Model):
    """An account as it was last matched: derived, so that what is new is matched without all the rest."""

    account = models.CharField(max_length=64, primary_key=True)
    row = models.BigIntegerField()  # of the account as it was then read
    keys = models.BinaryField()  # of its blocks, eight bytes each, the smallest first
    mates = models.BinaryField()  # JSON: the accounts it was compared with, and their scores
