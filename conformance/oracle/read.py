"""Section 2 of the law: search and retrieve. Lines 3 to 9 say whether one may ask, lines 10 to 15 what is shown."""

from typing import NamedTuple

from parties import PATIENTS, STRUCTURES, place, stranger, word
from tables import MAY_READ, RIGHTS, SIGNATURE

OK = "ok"
ACTIONS = {
    "search": ("search_metadata", "caller_may_search"),
    "reference": ("search_one_reference", "caller_may_search"),
    "read": ("read_document", "caller_may_read"),
}


def read(caller, record, act):
    """May this caller do this act of reading in this record?"""
    refused = before_the_mode(caller, record, word(act, *ACTIONS))
    if refused:
        return refused
    return "+".join(sorted(by_the_mode(caller, record, act))) or OK


def before_the_mode(caller, record, act):
    """Lines 3 to 8, each a stage of its own: the refusal, or None."""
    if caller.other_patient:
        return "token_patient_is_query_patient"
    if stranger(caller, record):
        return "absent"
    column = place(caller, record)
    if column is None:
        return "caller_has_a_place"
    if record.state == "absent":
        return "absent"
    if record.state == "closed":
        return "record_is_open"
    if not has_right(caller, column, act):
        return ACTIONS[act][1]
    if record.blocked and column not in PATIENTS:
        return "caller_is_not_blocked"
    return None


def has_right(caller, column, act):
    """Line 7. A mode for which the sheet has no column is judged as normal here, and refused by line 9b."""
    if column in PATIENTS:
        return True
    return RIGHTS[caller.sheet].right_or_as_normal(ACTIONS[act][0], column, caller.mode) is not None


def by_the_mode(caller, record, act):
    """Lines 9a to 9f, one stage: every rule that refuses."""
    column = place(caller, record)
    if caller.mode == "normal":
        if not is_authorised(column, record, act):
            yield "authorisation_is_valid"
        return
    if not mode_fits(column, caller.mode):
        yield "mode_fits_channel"
    if caller.mode == "bris_de_glace":
        if caller.blank:
            yield "break_glass_has_reason"
        if record.btg_opposed:
            yield "break_glass_is_not_opposed"
    else:
        if not caller.regulator:
            yield "centre_15_is_a_regulator"
        if record.c15_opposed:
            yield "centre_15_is_not_opposed"


def is_authorised(column, record, act):
    """Line 9a: not asked of the patient's side, nor for own references of a structure."""
    if column in PATIENTS or (column in STRUCTURES and act == "reference"):
        return True
    return record.granted if column == "med_travail" else record.authorised


def mode_fits(column, mode):
    """Line 9b, for a mode that is not normal."""
    if column == "etab_indirect":
        return mode != "bris_de_glace"
    return column in ("ps_non_med", "med_non_mt", "mt")


class View(NamedTuple):
    """What lines 10 to 15 need to know of the caller and the record."""

    column: str
    normal: bool
    masked_allowed: bool
    minor: bool


def view(caller, record):
    """The view of a caller who has a place."""
    allowed = {"normal": False, "bris_de_glace": record.masked_btg, "regulation": record.masked_c15}
    return View(place(caller, record), caller.mode == "normal", allowed[caller.mode], record.minor)


def opening(row, code):
    """How the type of a document stands to a row: `signature`, `open` or `closed`."""
    if code == SIGNATURE:
        return "signature"
    return "open" if (row, code) in MAY_READ else "closed"


def is_shown(view, document, opening):
    """Lines 10 to 15."""
    if document.gone:
        return False
    if opening == "signature" and not document.own:
        return False
    if view.column in PATIENTS:
        return not is_kept_from_patient(view, document)
    if is_masked(view, document):
        return False
    if view.column in STRUCTURES:
        return document.own
    return document.own or opening == "open"


def is_kept_from_patient(view, document):
    """Lines 12 and 13: not announced, or kept from the representatives while the holder is a minor."""
    kept = document.inv_reps and view.minor and view.column == "representative"
    return document.inv_patient or kept


def is_masked(view, document):
    """Line 14, for everyone and for chosen ones: in an emergency nobody passes on personal title."""
    if not (document.masked or document.chosen):
        return False
    if not view.normal:
        return not view.masked_allowed
    if document.own:
        return False
    return document.chosen or view.column != "mt"
