use journey::{Clock, Desk, Fault, Ids, Pack, Refusal, Store};
use mappings::Mappings;
use model::{Caller, Finding, InsDomain, Location, Oid, RequestId, Rule};

use super::{RegistryError, Wording};
use crate::{Envelope, Transaction};

fn pack(french_error_codes: bool) -> Pack {
    let repository = Oid::parse("1.2.3").expect("an oid");
    Pack { french_error_codes, ..Pack::french(vec![InsDomain::NirTest], repository) }
}

fn told(transaction: Transaction, french_error_codes: bool, finding: Finding) -> RegistryError {
    let (mappings, pack) = (Mappings::embedded().expect("the tables load"), pack(french_error_codes));
    let wording = Wording { mappings: &mappings, pack: &pack, transaction };
    wording.errors(&[finding]).remove(0)
}

#[test]
fn an_error_names_the_rule_says_it_in_french_and_where() {
    let place = "ExtrinsicObject(Document01)/Slot(creationTime)";
    let finding = Finding::new(Rule::MetadataIsWellFormed)
        .at(Location::Ebrim(place.into()))
        .detail("date attendue", "expected a date");
    let error = told(Transaction::Iti41, false, finding);
    assert_eq!(error.code, "XDSRegistryMetadataError");
    assert_eq!(error.location, place);
    assert!(error.context.starts_with("[metadata_is_well_formed] "), "{}", error.context);
    assert!(error.context.contains("date attendue"));
}

#[test]
fn the_code_is_the_findings_own_or_the_rules_or_the_generic_one() {
    let code = |transaction, french, finding| told(transaction, french, finding).code;
    let own = Finding::new(Rule::EveryDocumentHasItsPart).code("XDSMissingDocumentMetadata");
    assert_eq!(code(Transaction::Iti41, false, own), "XDSMissingDocumentMetadata");
    let unknown = || Finding::new(Rule::RecordExists);
    assert_eq!(code(Transaction::Iti41, true, unknown()), "XDSUnknownPatientId");
    let closed = || Finding::new(Rule::RecordIsOpen);
    assert_eq!(code(Transaction::Iti41, false, closed()), "XDSRepositoryError");
    assert_eq!(code(Transaction::Iti43, false, closed()), "XDSRepositoryError");
    assert_eq!(code(Transaction::Iti18, false, closed()), "XDSRegistryError");
    assert_eq!(code(Transaction::Iti18, true, closed()), "DMPAccessDeniedByRightsService");
    let metadata = Finding::new(Rule::InsIsWellFormed);
    assert_eq!(code(Transaction::Iti18, false, metadata), "XDSRegistryError", "not a code of queries");
}

#[test]
fn our_own_failure_tells_the_request_only() {
    let (mappings, pack) = (Mappings::embedded().expect("the tables load"), pack(false));
    let request = RequestId("r-42".into());
    for (transaction, transient, code) in [
        (Transaction::Iti41, false, "XDSRepositoryError"),
        (Transaction::Iti43, true, "XDSRepositoryBusy"),
        (Transaction::Iti18, false, "XDSRegistryError"),
        (Transaction::Iti18, true, "XDSRegistryBusy"),
    ] {
        let wording = Wording { mappings: &mappings, pack: &pack, transaction };
        let fault = Fault { cause: "disk /var/secret".into(), transient };
        let errors = wording.refusal(&Refusal::Fault(fault), None, &request);
        assert_eq!(errors[0].code, code);
        assert!(errors[0].context.contains("r-42") && !errors[0].context.contains("secret"));
    }
}

#[test]
fn a_refusal_is_never_without_an_error() {
    let (mappings, pack) = (Mappings::embedded().expect("the tables load"), pack(false));
    for transaction in Transaction::ALL.iter().copied() {
        let wording = Wording { mappings: &mappings, pack: &pack, transaction };
        assert_eq!(wording.refusal(&Refusal::Absent, None, &RequestId("r".into())).len(), 1);
    }
}

#[test]
fn a_fault_of_stage_a_carries_its_ws_security_subcode() {
    let mappings = Mappings::embedded().expect("the tables load");
    let fault = crate::Fault::of_findings(&mappings, &[Finding::new(Rule::AssertionIsInItsTime)]);
    assert_eq!(fault.subcodes[0].local, "InvalidSecurityToken");
    assert!(fault.french().starts_with("[assertion_is_in_its_time] "));
    let unreadable = crate::Fault::of_findings(&mappings, &[Finding::new(Rule::MessageIsReadable)]);
    assert!(unreadable.subcodes.is_empty());
}

/// The server answers on several threads: this compiles only if an answer may move between them.
#[expect(dead_code, reason = "compiling it is the test")]
fn an_answer_is_send<S: Store, C: Clock, I: Ids>(desk: &Desk<S, C, I>, caller: &Caller, envelope: &Envelope) {
    fn send<T: Send>(_: T) {}
    send(crate::respond(desk, caller, envelope));
}
