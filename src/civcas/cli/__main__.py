"""`python -m civcas.cli` is the program."""

import sys

from civcas.cli import main

if __name__ == "__main__":
    sys.exit(main())
