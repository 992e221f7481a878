"""python -m civcas.gazetteer build [PATH]: compiles the bundled index, unless it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from civcas.core.errors import CivcasError
from civcas.gazetteer import build, index_path


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] != "build" or len(arguments) > 2:
        sys.stderr.write("usage: python -m civcas.gazetteer build [PATH]\n")
        return 2
    path = Path(arguments[1]) if len(arguments) == 2 else index_path()
    try:
        places = build(path)
    except CivcasError as fault:
        sys.stderr.write(f"civcas: {fault}\n")
        return 2
    sys.stderr.write(f"{path}: {'up to date' if places is None else f'{places:,} places'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
