"""Section 1 of the law, stages C, D and E: may this caller deposit this document in this record?"""

from typing import NamedTuple

from parties import PATIENTS, place, stranger
from tables import MAY_DEPOSIT, RIGHTS, SIGNATURE


class Entry(NamedTuple):
    """What stages D and E look at in a submission of one document."""

    code: str
    inv_patient: bool
    inv_reps: bool
    secret: bool
    signs: bool
    with_set: bool


def deposit(caller, record, entry):
    """The findings of the first stage that refuses, or ok."""
    for stage in (the_record, the_right, the_flags):
        findings = sorted(stage(caller, record, entry))
        if findings:
            return "+".join(findings)
    return "ok"


def the_record(caller, record, entry):
    """Stage C. Of an absent record nothing else is said (0.2, 3)."""
    if record.state == "absent" or stranger(caller, record):
        yield "record_exists"
        return
    if record.state == "closed":
        yield "record_is_open"
    if record.feeding_refused:
        yield "feeding_is_not_refused"


def the_right(caller, record, entry):
    """Stage D."""
    column = place(caller, record)
    if column is None:
        yield "caller_has_a_place"
        return
    if not may_deposit(caller, column):
        yield "caller_may_deposit"
    if not type_is_open(row_of(caller, column), entry):
        yield "type_is_open_to_depositor"
    if not entry.signs:
        yield "depositor_signs_the_set"


def may_deposit(caller, column):
    """D2: employees by TD2.2, all others by TD2.1; a mode without a column in the sheet deposits as normal."""
    if column in PATIENTS:
        return True
    action = "deposit_by_employee" if column == "cpe_non_ps" else "deposit"
    return RIGHTS[caller.sheet].right_or_as_normal(action, column, caller.mode) is not None


def row_of(caller, column):
    """D3: in whose name the document is deposited."""
    if column in PATIENTS:
        return "A00/EXP_PATIENT"
    if column in ("etab_indirect", "cpe_non_ps"):
        return "PASSERELLE/STRUCTURE"
    return caller.row


def type_is_open(row, entry):
    """D3: the deposit column of the matrix; `with-set` only as the signature of its own set."""
    right = MAY_DEPOSIT.get((row, entry.code))
    return right == "allow" or (right == "with-set" and entry.with_set)


def the_flags(caller, record, entry):
    """Stage E. The set's signature always carries its flags: E2 and E3 do not look at it."""
    signature = entry.code == SIGNATURE
    if entry.secret and not record.minor:
        yield "secret_connection_is_of_a_minor"
    if entry.secret and not entry.inv_reps and not signature:
        yield "secret_connection_deposits_secret_documents"
    if entry.inv_reps and not record.minor and not signature:
        yield "representatives_flag_is_of_a_minor"
    if (entry.inv_patient or entry.inv_reps) and place(caller, record) in PATIENTS:
        yield "flag_is_open_to_depositor"
