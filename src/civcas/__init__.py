"""civcas turns reports of harm to civilians into a record that can be defended."""

__version__ = "0.1.0"
