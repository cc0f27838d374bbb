#!/usr/bin/env python3
"""Replays the NIST toolkit's XDS tests against a registry and its repository, over the wire.

    replay.py --kit …/nist-toolkit2/testkit --registry URL --repository URL [--ca PEM --cert PEM --key PEM]
              --create-patients COMMAND [--list NAME]… [--collection TAG]… [TEST]…

One line for each step, then `N passed, N failed, N skipped`; exit code 1 if a step failed. COMMAND gets patient
identifiers on its standard input (CX, one a line) and makes the registry know them; see feed.py."""

import argparse
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import exceptions
from assign import Ids
from perform import Player
from plan import Kit
from schema import Schemas
from send import Door

HERE = Path(__file__).resolve().parent


def main():
    """Plays what the command line says."""
    options = arguments()
    kit = Kit(options.kit)
    schemas = Schemas(options.schemas or Path(options.kit).parent / "schema" / "v3")
    door = Door(options.registry, options.repository, options.cert, options.key, options.ca)
    player = Player(
        kit=kit,
        door=door,
        schemas=schemas,
        exceptions=exceptions.load(options.exceptions),
        ids=Ids(options.patient_domain),
        create_patients=lambda identifiers: create(options.create_patients, identifiers),
        repository=options.repository_id,
        trace=options.trace,
        longest_wait=options.longest_wait,
    )
    for test in chosen(options, kit):
        player.play(test)
    print(player.tally.summary(), flush=True)
    return 1 if player.tally.failed else 0


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", metavar="TEST", help="tests by their names")
    parser.add_argument("--list", action="append", default=[], help="a list of lists.toml; may be repeated")
    parser.add_argument("--collection", action="append", default=[], help="every test with this tag, as reg or rep")
    parser.add_argument("--kit", required=True, help="the folder `testkit`")
    parser.add_argument("--schemas", help="the folder of the schemas; default ../schema/v3 beside the kit")
    parser.add_argument("--registry", required=True, help="where ITI-18, 42, 57, 61, 62, 92 go")
    parser.add_argument("--repository", required=True, help="where ITI-41, 43, 86 go")
    parser.add_argument("--ca", help="authority of the server's certificate, PEM")
    parser.add_argument("--cert", help="client certificate, PEM")
    parser.add_argument("--key", help="its key, PEM")
    parser.add_argument("--create-patients", required=True, help="a command that makes patients known")
    parser.add_argument("--patient-domain", default="1.3.6.1.4.1.21367.13.20.1000", help="OID of the patients made")
    parser.add_argument("--repository-id", help="replaces the repositoryUniqueId that the kit's registrations name")
    parser.add_argument("--exceptions", default=HERE / "exceptions.toml", help="the reviewed exceptions")
    parser.add_argument("--longest-wait", type=float, default=1.1, help="bound of the plans' pauses, seconds")
    parser.add_argument("--trace", type=Path, help="a folder that every message is kept in")
    return parser.parse_args()


def chosen(options, kit):
    """The tests, each once, in the order in which they were named."""
    lists = tomllib.loads((HERE / "lists.toml").read_text())
    named = list(options.tests)
    for name in options.list:
        named += lists[name]
    for tag in options.collection:
        named += [test for test in kit.names() if tag in kit.tags(test)]
    return list(dict.fromkeys(named))


def create(command, identifiers):
    """Makes the registry know patients."""
    lines = "".join(f"{cx}\n" for cx in identifiers)
    done = subprocess.run(shlex.split(command), input=lines, text=True, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise SystemExit(f"patients could not be made known: {done.stderr.strip() or done.stdout.strip()}")


if __name__ == "__main__":
    sys.exit(main())
