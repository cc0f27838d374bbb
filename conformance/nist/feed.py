#!/usr/bin/env python3
"""Makes patients known to a Passerelle: feed.py --passerelle PROGRAM --config FILE, for `replay.py --create-patients`.

Reads identifiers from standard input (CX, one a line) and imports invented identities under them, their records open. The
gateway may be running on the same store."""

import argparse
import subprocess
import sys
import tempfile

IDENTITY = """
[[patient]]
ins = "{number}"
oid = "{oid}"
birth_family = "REPLAY"
given = "Patient"
birth_date = "1980-01-01"
sex = "F"
"""


def main():
    """Imports everybody in one go; the exit code is the program's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passerelle", required=True)
    parser.add_argument("--config", required=True)
    options = parser.parse_args()
    identifiers = [line.strip() for line in sys.stdin if line.strip()]
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        for cx in identifiers:
            number, _, rest = cx.partition("^^^&")
            file.write(IDENTITY.format(number=number, oid=rest.partition("&")[0]))
        file.flush()
        command = [options.passerelle, "record", "--config", options.config, "import", file.name, "--open"]
        return subprocess.run(command, timeout=60, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
