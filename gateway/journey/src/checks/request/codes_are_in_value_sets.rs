//! B8: every other code is in its value set, the class is the type's (ASS_X04), language and media type
//! are accepted. Codes of events, folders and associations count where the domain lists them.
//!
//! Source: CI-SIS value sets, decision-order B8. A class is compared with its type only when both are
//! accepted, so that one mistake gives one finding.

use mappings::ValueSet;
use model::{Code, DocumentEntry, Finding, Location, Rule, SubmittedObject};

use super::RequestCase;

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let set = &case.submission.set;
    code(
        case,
        SubmittedObject::Set,
        "contentTypeCode",
        ValueSet::ContentType,
        &set.content_type,
        &mut findings,
    );
    for (index, folder) in case.submission.folders.iter().enumerate() {
        for value in &folder.codes {
            code(
                case,
                SubmittedObject::Folder(index),
                "codeList",
                ValueSet::FolderCode,
                value,
                &mut findings,
            );
        }
    }
    for (index, association) in case.submission.associations.iter().enumerate() {
        let (at, set) = (SubmittedObject::Association(index), ValueSet::AssociationDocumentation);
        if let Some(value) = &association.documentation {
            code(case, at, "documentation", set, value, &mut findings);
        }
    }
    for (index, (entry, _)) in case.submission.entries.iter().enumerate() {
        entry_codes(case, SubmittedObject::Entry(index), entry, &mut findings);
    }
    findings
}

fn entry_codes(
    case: &RequestCase<'_>,
    at: SubmittedObject,
    entry: &DocumentEntry,
    findings: &mut Vec<Finding>,
) {
    let coded = [
        ("classCode", ValueSet::DocumentClass, &entry.class_code),
        ("formatCode", ValueSet::Format, &entry.format_code),
        ("healthcareFacilityTypeCode", ValueSet::FacilityType, &entry.facility_type),
        ("practiceSettingCode", ValueSet::PracticeSetting, &entry.practice_setting),
    ];
    for (name, set, value) in coded {
        code(case, at, name, set, value, findings);
    }
    for value in &entry.event_codes {
        code(case, at, "eventCodeList", ValueSet::EventCode, value, findings);
    }
    if case.pack.class_of_type {
        class_of_type(case, at, entry, findings);
    }
    let codes = &case.mappings.codes;
    if !codes.language_accepted(entry.language.as_str()) {
        findings.push(plain(at, "languageCode", entry.language.as_str()));
    }
    if !codes.mime_accepted(entry.mime_type.as_str()) {
        findings.push(plain(at, "mimeType", entry.mime_type.as_str()));
    }
}

fn code(
    case: &RequestCase<'_>,
    at: SubmittedObject,
    name: &'static str,
    set: ValueSet,
    value: &Code,
    findings: &mut Vec<Finding>,
) {
    if !case.mappings.codes.accepts(set, value) {
        findings.push(
            Finding::new(Rule::CodesAreInValueSets)
                .at(Location::Submitted(at, name))
                .arg("attribute", name)
                .arg("code", value.value.clone())
                .arg("system", value.system.clone())
                .arg("accepted", case.mappings.codes.listed(set)),
        );
    }
}

fn class_of_type(
    case: &RequestCase<'_>,
    at: SubmittedObject,
    entry: &DocumentEntry,
    findings: &mut Vec<Finding>,
) {
    let codes = &case.mappings.codes;
    let known = codes.contains(ValueSet::DocumentClass, &entry.class_code);
    if let Some(expected) = codes.class_of(&entry.type_code)
        && known
        && *expected != entry.class_code
    {
        let (given, wanted, kind) = (&entry.class_code.value, &expected.value, &entry.type_code.value);
        findings.push(
            Finding::new(Rule::CodesAreInValueSets)
                .at(Location::Submitted(at, "classCode"))
                .arg("attribute", "classCode")
                .arg("code", given.clone())
                .arg("system", entry.class_code.system.clone())
                .detail(
                    format!("la classe du type {kind} est {wanted}, et non {given}"),
                    format!("the class of type {kind} is {wanted}, not {given}"),
                ),
        );
    }
}

fn plain(at: SubmittedObject, name: &'static str, value: &str) -> Finding {
    Finding::new(Rule::CodesAreInValueSets)
        .at(Location::Submitted(at, name))
        .arg("attribute", name)
        .arg("code", value)
}

#[cfg(test)]
mod tests {
    use mappings::{DomainCodes, Mappings};
    use model::{Association, AssociationKind, EntryUuid, ObjectRef};
    use policy::Switches;

    use super::*;
    use crate::checks::content::tests::{MAPPINGS, deposit, pack, structure};
    use crate::checks::request::tests::folder;

    #[test]
    fn codes_of_events_folders_and_associations_count_where_the_domain_lists_them() {
        let mut submission = deposit("lab-report");
        let other = Code::new("other", "2.999.1");
        let mut folder = folder(&submission);
        folder.codes = vec![Code::new("listed", "2.999.1"), other.clone()];
        submission.folders = vec![folder];
        submission.associations = vec![Association {
            entry_uuid: EntryUuid::from_bytes([7; 16]),
            kind: AssociationKind::Appends,
            source: submission.entries[0].0.entry_uuid,
            target: ObjectRef::Uuid(EntryUuid::from_bytes([8; 16])),
            documentation: Some(other),
        }];
        let found = |mappings: &Mappings| -> Vec<Location> {
            let (pack, switches, caller) = (pack(true), Switches::default(), structure("1999999992"));
            let case = RequestCase {
                mappings,
                switches: &switches,
                pack: &pack,
                transaction: "ITI-41",
                caller: &caller,
                submission: &submission,
            };
            check(&case).into_iter().map(|finding| finding.at).collect()
        };
        assert_eq!(found(&MAPPINGS), [], "the French domain lists none");
        let listed = vec![Code::new("listed", "2.999.1")];
        let sets = [ValueSet::EventCode, ValueSet::FolderCode, ValueSet::AssociationDocumentation];
        let sets = sets.map(|set| (set, listed.clone())).to_vec();
        let domain = DomainCodes { sets, mimes: vec![String::from("text/xml")] };
        let mappings = Mappings::embedded().expect("embedded tables are sound").with_codes_of(domain);
        assert_eq!(
            found(&mappings),
            [
                Location::Submitted(SubmittedObject::Folder(0), "codeList"),
                Location::Submitted(SubmittedObject::Association(0), "documentation"),
                Location::Submitted(SubmittedObject::Entry(0), "eventCodeList"),
            ]
        );
    }
}
