"""Cases written by hand from the text of the law, with the answer that the text gives."""

from judges import JUDGES
from lines import Columns
from parties import CALLER, DOCUMENT, RECORD

# A general practitioner of a structure, authorised, in an open record, and an ordinary document of a colleague.
ORDINARY = {
    "channel": "direct", "row": "G15/10", "doctor": "1", "structure": "1", "purpose": "normal",
    "token_patient": "none", "record": "open", "relation": "stranger", "authorisation": "valid",
    "granted": "missing", "type": "11502-2", "status": "approved", "here": "1", "signs": "1", "act": "read",
}
COLUMNS = {
    "read": (*CALLER, *RECORD, "act"),
    "show": (*CALLER, *RECORD, "act", "type", *DOCUMENT),
    "deposit": (*CALLER, *RECORD, "type", "masked", "inv_patient", "inv_reps", "secret", "signs", "with_set"),
    "act": (*CALLER, *RECORD, "type", *DOCUMENT, "deed"),
    "choice": (*CALLER, *RECORD, "choice"),
}

DIETITIAN = "row=G15/95 doctor=0"
PODIATRIST = "row=G15/80 doctor=0"
NURSE = "row=G15/60 doctor=0"
OCCUPATIONAL = "occupational=1 authorisation=missing granted=valid"
STRUCTURE = "channel=indirect authorisation=missing"
EMPLOYEE = "channel=employee row=- doctor=0 authorisation=missing"
HOLDER = "channel=patient row=- doctor=0 structure=0 token_patient=same relation=holder authorisation=missing"
PARENT = f"{HOLDER} relation=representative minor=1"
BTG = "purpose=btg authorisation=missing"
C15 = "purpose=c15 regulator=1 authorisation=missing"
OLD = "authorisation=expired"

# kind, what differs from the ordinary case, the answer of the law.
CASES = f"""
read | | ok
read | token_patient=other record=absent | token_patient_is_query_patient
read | row=- doctor=0 record=absent | caller_has_a_place
read | channel=air occupational=1 | caller_has_a_place
read | channel=operator | caller_has_a_place
read | insurance=1 channel=indirect | caller_has_a_place
read | record=absent | absent
read | {HOLDER} relation=stranger | absent
read | record=closed | record_is_open
read | {HOLDER} record=closed | record_is_open
read | {OCCUPATIONAL} | caller_may_read
read | {OCCUPATIONAL} act=search | ok
read | occupational=1 act=search | authorisation_is_valid
read | {STRUCTURE} act=reference | ok
read | {STRUCTURE} act=search | caller_may_search
read | {EMPLOYEE} act=reference purpose=btg | mode_fits_channel
read | {EMPLOYEE} act=read purpose=btg | caller_may_read
read | {STRUCTURE} act=reference purpose=btg btg_opposed=1 | break_glass_is_not_opposed+mode_fits_channel
read | {STRUCTURE} act=reference purpose=c15 regulator=1 | ok
read | {BTG} | ok
read | {BTG} blocked=1 | caller_is_not_blocked
read | blocked=1 treating=1 | caller_is_not_blocked
read | {OLD} treating=1 | authorisation_is_valid
read | {BTG} purpose=btg-blank btg_opposed=1 | break_glass_has_reason+break_glass_is_not_opposed
read | {C15} treating=1 | ok
read | {C15} regulator=0 c15_opposed=1 | centre_15_is_a_regulator+centre_15_is_not_opposed
read | {C15} {NURSE} | centre_15_is_a_regulator
show | | shown
show | {OLD} | -
show | {DIETITIAN} type=11369-6 | hidden
show | {DIETITIAN} type=11369-6 {BTG} | hidden
show | {DIETITIAN} type=11369-6 own=1 | shown
show | {PODIATRIST} type=15508-5 | hidden
show | type=15508-5 | shown
show | type=ATTEST-RESID treating=1 | hidden
show | type=E1762 | hidden
show | type=E1762 own=1 | shown
show | here=0 own=1 | hidden
show | status=deleted own=1 | hidden
show | status=archived | shown
show | masked=1 | hidden
show | masked=1 own=1 | shown
show | masked=1 treating=1 | shown
show | chosen=1 treating=1 | hidden
show | chosen=1 own=1 | shown
show | masked=1 own=1 treating=1 {BTG} | hidden
show | masked=1 {BTG} masked_btg=1 | shown
show | masked=1 {BTG} masked_c15=1 | hidden
show | inv_patient=1 inv_reps=1 | shown
show | {HOLDER} inv_patient=1 | hidden
show | {HOLDER} inv_reps=1 | shown
show | {HOLDER} inv_reps=1 minor=1 | hidden
show | {PARENT} inv_reps=1 | hidden
show | {PARENT} inv_reps=1 minor=0 | shown
show | {HOLDER} masked=1 chosen=1 type=ATTEST-RESID | shown
show | {STRUCTURE} act=reference | hidden
show | {STRUCTURE} act=reference own=1 type=REMB | shown
deposit | {OLD} blocked=1 btg_opposed=1 | ok
deposit | record=absent | record_exists
deposit | {HOLDER} relation=stranger | record_exists
deposit | record=closed feeding_refused=1 | feeding_is_not_refused+record_is_open
deposit | insurance=1 channel=indirect type=REMB signs=0 | caller_has_a_place
deposit | channel=air | caller_may_deposit
deposit | {STRUCTURE} purpose=btg | ok
deposit | {EMPLOYEE} | ok
deposit | {OCCUPATIONAL} | ok
deposit | {DIETITIAN} type=11369-6 signs=0 | depositor_signs_the_set+type_is_open_to_depositor
deposit | type=DOCPAT01 | type_is_open_to_depositor
deposit | {HOLDER} type=DOCPAT01 | ok
deposit | {HOLDER} type=11502-2 | type_is_open_to_depositor
deposit | type=E1762 inv_patient=1 with_set=1 | ok
deposit | type=E1762 inv_patient=1 | type_is_open_to_depositor
deposit | secret=1 inv_reps=1 | representatives_flag_is_of_a_minor+secret_connection_is_of_a_minor
deposit | secret=1 minor=1 | secret_connection_deposits_secret_documents
deposit | secret=1 minor=1 inv_reps=1 | ok
deposit | secret=1 minor=1 type=E1762 with_set=1 | ok
deposit | {HOLDER} type=DOCPAT01 inv_patient=1 | flag_is_open_to_depositor
act | deed=mask | ok
act | deed=mask {BTG} | act_is_open_to_caller
act | deed=mask {OLD} | absent
act | deed=delete {OLD} own=1 | ok
act | deed=delete {OLD} own=1 blocked=1 | caller_is_not_blocked
act | deed=delete | act_is_open_to_caller
act | deed=delete treating=1 | act_is_open_to_caller
act | deed=delete own=1 status=deleted | absent
act | deed=delete own=1 here=0 | absent
act | deed=delete own=1 {STRUCTURE} | ok
act | deed=mask own=1 {STRUCTURE} | act_is_open_to_caller
act | deed=unmask | act_is_open_to_caller
act | deed=unmask masked=1 | absent
act | deed=unmask masked=1 treating=1 | ok
act | deed=unmask masked=1 {HOLDER} | ok
act | deed=mask-to | act_is_open_to_caller
act | deed=mask-to {HOLDER} | ok
act | deed=announce inv_patient=1 | ok
act | deed=announce inv_patient=1 {HOLDER} | absent
act | deed=show-representatives inv_reps=1 {HOLDER} | act_is_open_to_caller
act | deed=archive | act_is_open_to_caller
act | deed=archive channel=air | ok
act | deed=archive {BTG} | ok
act | deed=archive {BTG} {NURSE} own=1 | act_is_open_to_caller
act | deed=archive {NURSE} own=1 | ok
act | deed=archive treating=1 | ok
act | deed=archive {HOLDER} | act_is_open_to_caller
act | deed=archive {HOLDER} by_holder=1 | ok
act | deed=destroy {HOLDER} | act_is_open_to_caller
act | deed=destroy {PARENT} by_blocked=1 | ok
act | deed=destroy own=1 treating=1 by_holder=1 | act_is_open_to_caller
choice | choice=block {HOLDER} | ok
choice | choice=block treating=1 | act_is_open_to_caller
choice | choice=block {HOLDER} relation=stranger | absent
choice | choice=erase {HOLDER} record=closed | ok
choice | choice=block {HOLDER} record=closed | record_is_open
choice | choice=attest | ok
choice | choice=attest {BTG} | act_is_open_to_caller
choice | choice=attest blocked=1 | caller_is_not_blocked
choice | choice=relinquish blocked=1 | ok
choice | choice=attest {EMPLOYEE} | ok
choice | choice=relinquish {EMPLOYEE} | act_is_open_to_caller
choice | choice=attest {STRUCTURE} | act_is_open_to_caller
choice | choice=attest {OCCUPATIONAL} | act_is_open_to_caller
choice | choice=cease-treating treating=1 | ok
choice | choice=cease-treating | act_is_open_to_caller
"""


def run():
    """Decides every case; prints those that differ and the sum."""
    judges = {kind: JUDGES[kind](Columns(names)) for kind, names in COLUMNS.items()}
    cases = [[part.strip() for part in line.split("|")] for line in CASES.strip().splitlines()]
    differ = 0
    for kind, different, expected in cases:
        values = {**ORDINARY, **dict(pair.split("=") for pair in different.split())}
        _, ours = judges[kind]("\t".join([kind, *(values.get(name, "0") for name in COLUMNS[kind]), ""]))
        if ours != expected:
            differ += 1
            print(f"{kind} | {different} | law {expected} | oracle {ours}")
    print(f"{len(cases)} cases, {differ} differ")
    return 1 if differ else 0
