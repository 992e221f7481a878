"""The named errors of civcas; each message says what to do.

CivcasError
  BadSource     an input that cannot be read as what it claims to be
    BadSpan     a quote that does not stand where its offsets say
  BadPack       a language pack, codebook or project file with a fault
  BadDecision   a decision that cannot be taken (no such subject, not permitted, out of order)
  BadStore      a workspace that cannot be opened or does not verify
"""


class CivcasError(Exception):
    """What a user is told; the message names the file and line where there is one."""


class BadSource(CivcasError):
    """An input that cannot be read as what it claims to be."""


class BadSpan(BadSource):
    """A quote that does not stand at its offsets in the document's text."""


class BadPack(CivcasError):
    """A language pack, codebook or project file with a fault."""


class BadDecision(CivcasError):
    """A decision that cannot be taken."""


class BadStore(CivcasError):
    """A workspace that cannot be opened or does not verify."""
