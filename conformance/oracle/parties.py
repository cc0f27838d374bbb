"""Who asks, about which record, about which document: the columns of a line reduced to what the law looks at."""

from typing import NamedTuple

from tables import ROWS, TYPES, word

BITS = {"0": False, "1": True}
MODES = {"normal": "normal", "btg": "bris_de_glace", "btg-blank": "bris_de_glace", "c15": "regulation"}

# Columns that act for a structure, or (pe_non_ps) as its employee: own references, own documents, nothing else.
STRUCTURES = {"etab_indirect", "cpe_non_ps", "pe_non_ps"}
PATIENTS = {"patient", "representative"}

CALLER = ("channel", "row", "doctor", "occupational", "staff", "structure", "insurance", "treating",
          "purpose", "regulator", "token_patient")
RECORD = ("record", "relation", "minor", "blocked", "authorisation", "granted",
          "btg_opposed", "c15_opposed", "masked_btg", "masked_c15", "feeding_refused")
DOCUMENT = ("status", "masked", "chosen", "inv_patient", "inv_reps", "own", "here", "by_holder", "by_blocked")


class Caller(NamedTuple):
    """A caller in the terms of section 0.1. `column` is None for no place; "patient" is settled by the record."""

    column: str | None
    sheet: str
    row: str
    mode: str
    blank: bool
    regulator: bool
    structure: bool
    other_patient: bool


class Record(NamedTuple):
    """What is stored about the record and between it and the caller."""

    state: str
    relation: str
    minor: bool
    blocked: bool
    authorised: bool
    granted: bool
    btg_opposed: bool
    c15_opposed: bool
    masked_btg: bool
    masked_c15: bool
    feeding_refused: bool


class Document(NamedTuple):
    """One document. `gone`: of another record, or deleted; nobody sees either again."""

    gone: bool
    masked: bool
    chosen: bool
    inv_patient: bool
    inv_reps: bool
    own: bool
    by_holder: bool
    by_blocked: bool


def caller(channel, row, doctor, occupational, staff, structure, insurance, treating, purpose, regulator, token):
    """The caller of the eleven caller columns."""
    doctor, occupational, staff, structure = BITS[doctor], BITS[occupational], BITS[staff], BITS[structure]
    insurance, treating, regulator = BITS[insurance], BITS[treating], BITS[regulator]
    word(token, "none", "same", "other")
    if row != "-":
        word(row, *ROWS)
    return Caller(
        column=column_of(channel, row, doctor, occupational, staff, structure, insurance, treating),
        sheet="606" if channel == "air" else "526",
        row=row,
        mode=MODES[purpose],
        blank=purpose == "btg-blank",
        regulator=doctor and regulator,
        structure=structure,
        other_patient=token == "other",
    )


def column_of(channel, row, doctor, occupational, staff, structure, insurance, treating):
    """Section 0.1: the channel decides first, the role second."""
    word(channel, "direct", "employee", "indirect", "air", "patient", "operator")
    if channel == "patient":
        return "patient"
    if channel == "operator" or insurance:
        return None
    if channel == "indirect":
        return "etab_indirect" if structure else None
    if channel == "employee":
        return "cpe_non_ps" if structure else None
    if channel == "air" and staff:
        return "pe_non_ps"
    if not names_a_professional(row):
        return None
    if not doctor:
        return "ps_non_med"
    if occupational:
        return "med_travail" if channel == "direct" else None
    return "mt" if treating else "med_non_mt"


def names_a_professional(row):
    """A row of a person's profession: not a system, a device, the patient, or our row for structures."""
    return row != "-" and not row.startswith(("A00/", "PASSERELLE/"))


def record(state, relation, minor, blocked, authorisation, granted, *settings):
    """The record of the eleven record columns."""
    return Record(
        word(state, "absent", "open", "closed"),
        word(relation, "stranger", "holder", "representative"),
        BITS[minor],
        BITS[blocked],
        word(authorisation, "missing", "expired", "valid") == "valid",
        word(granted, "missing", "expired", "valid") == "valid",
        *(BITS[setting] for setting in settings),
    )


def document(status, masked, chosen, inv_patient, inv_reps, own, here, by_holder, by_blocked):
    """The document of the nine document columns beside its type."""
    word(status, "approved", "deprecated", "archived", "deleted")
    return Document(
        status == "deleted" or not BITS[here],
        BITS[masked], BITS[chosen], BITS[inv_patient], BITS[inv_reps],
        BITS[own], BITS[by_holder], BITS[by_blocked],
    )


def known_type(code):
    """The type, if it is one of the type codes."""
    return word(code, *TYPES)


def stranger(caller, record):
    """A patient's token without a live relation to this holder: for it the record is absent."""
    return caller.column == "patient" and record.relation == "stranger"


def place(caller, record):
    """The column in which the caller is judged for this record, or None. As long as the holder is a minor, the
    holder's own account is judged as its representative's."""
    if caller.column != "patient":
        return caller.column
    return "patient" if record.relation == "holder" and not record.minor else "representative"
