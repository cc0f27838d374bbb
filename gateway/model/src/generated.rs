//! Generated values of the model, for property tests: each is one that a door could have read.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::{
    Address, Author, Availability, Code, CodedText, Cx, DocumentEntry, EntryUuid, Hl7Time, Ins, LanguageTag,
    MimeType, Moment, Oid, PersonName, ReferenceId, Sex, Sha1, SourcePatientInfo, UniqueId, Xcn, Xon, system,
};

fn text() -> BoxedStrategy<String> {
    "[a-zA-Zéè0-9&^|~'<][a-zA-Zéè0-9 &^|~'\\\\<\"-]{0,12}".boxed()
}

fn oid() -> BoxedStrategy<Oid> {
    "1\\.2\\.250\\.[1-9][0-9]{0,4}(\\.[1-9][0-9]{0,3}){1,3}"
        .prop_map(|text| Oid::parse(&text).expect("an OID"))
        .boxed()
}

fn code() -> BoxedStrategy<Code> {
    let system = prop_oneof![
        Just(system::LOINC.to_owned()),
        Just(system::CONFIDENTIALITY.to_owned()),
        Just("1.2.250.1.213.1.1.4.1".to_owned()),
        Just("http://example.org/codes".to_owned()),
        oid().prop_map(|oid| oid.as_str().to_owned()),
    ];
    ("[A-Z0-9][A-Za-z0-9_/-]{0,8}", system, option::of(text()))
        .prop_map(|(value, system, label)| Code { value, system, label })
        .boxed()
}

fn coded_text() -> BoxedStrategy<CodedText> {
    prop_oneof![text().prop_map(CodedText::Text), code().prop_map(CodedText::Coded)].boxed()
}

fn time() -> BoxedStrategy<Hl7Time> {
    prop_oneof![
        (1900..2100_u32).prop_map(|year| Hl7Time::parse(&format!("{year}")).expect("a year")),
        (1900..2100_u32, 1..13_u32)
            .prop_map(|(y, m)| Hl7Time::parse(&format!("{y}{m:02}")).expect("a month")),
        (1900..2100_u32, 1..29_u32)
            .prop_map(|(y, d)| Hl7Time::parse(&format!("{y}02{d:02}")).expect("a day")),
        (0..4_000_000_000_i64).prop_map(|seconds| Moment(0).plus_seconds(seconds).to_hl7()),
    ]
    .boxed()
}

fn uuid() -> BoxedStrategy<EntryUuid> {
    any::<[u8; 16]>().prop_map(EntryUuid::from_bytes).boxed()
}

/// Professionals, systems and patients, each with the name and identifier types that XDS gives them.
fn person() -> BoxedStrategy<Xcn> {
    let name = (text(), option::of((text(), option::of(text()))), option::of(text()), option::of(text()));
    let kind = prop_oneof![
        Just(("D", "IDNPS")),
        Just(("D", "RI")),
        Just(("L", "NH")),
        Just(("U", "RI")),
        Just(("X", "PI"))
    ];
    (text(), name, oid(), kind)
        .prop_map(|(id, (family, given, suffix, prefix), authority, (name_type, id_type))| {
            let system = name_type == "U";
            let (given, other_given) = given.map(|(given, other)| (Some(given), other)).unwrap_or_default();
            Xcn {
                id: Some(id),
                family: Some(family),
                given,
                other_given: other_given.filter(|_| !system),
                suffix: suffix.filter(|_| !system),
                prefix: prefix.filter(|_| !system),
                degree: None,
                authority: Some(authority),
                name_type: Some(name_type.to_owned()),
                id_type: Some(id_type.to_owned()),
            }
        })
        .boxed()
}

fn organisation() -> BoxedStrategy<Xon> {
    (text(), option::of((oid(), "[A-Z]{2,5}", "[0-9A-Z]{3,10}")))
        .prop_map(|(name, identified)| match identified {
            Some((oid, kind, id)) => Xon { name, authority: Some(oid), id_type: Some(kind), id: Some(id) },
            None => Xon { name, authority: None, id_type: None, id: None },
        })
        .boxed()
}

fn author() -> BoxedStrategy<Author> {
    let telecom = prop_oneof![
        Just("^WPN^Internet^a@b.fr".to_owned()),
        Just("^^PH^^^^^^^^^0100000000".to_owned()),
        Just("anything at all".to_owned()),
    ];
    (
        option::of(person()),
        vec(organisation(), 0..3),
        vec(coded_text(), 0..3),
        vec(coded_text(), 0..3),
        vec(telecom, 0..3),
    )
        .prop_map(|(person, institutions, roles, specialties, telecoms)| Author {
            person,
            institutions,
            roles,
            specialties,
            telecoms,
        })
        .boxed()
}

fn source_patient() -> BoxedStrategy<(Option<Cx>, SourcePatientInfo)> {
    let cx = (text(), oid(), option::of(Just("PI".to_owned()))).prop_map(|(id, authority, id_type)| Cx {
        id,
        authority,
        id_type,
    });
    let name_type = prop_oneof![
        Just(None),
        Just(Some("L".to_owned())),
        Just(Some("D".to_owned())),
        Just(Some("S".to_owned()))
    ];
    let name = (text(), option::of(text()), name_type).prop_map(|(family, given, name_type)| PersonName {
        family: Some(family),
        given,
        name_type,
    });
    let address = (option::of(text()), text(), option::of(text()), option::of(text())).prop_map(
        |(street, city, postal_code, country)| Address { street, city: Some(city), postal_code, country },
    );
    let sex =
        prop_oneof![Just(None), Just(Some(Sex::Female)), Just(Some(Sex::Male)), Just(Some(Sex::Unknown))];
    (cx, vec(name, 0..3), option::of(time()), sex, vec(address, 0..2), any::<bool>())
        .prop_map(|(cx, names, birth_date, sex, addresses, listed)| {
            let identifiers = if listed { vec![cx.clone()] } else { Vec::new() };
            (
                Some(cx),
                SourcePatientInfo { identifiers, names, birth_date, sex, addresses, other: Vec::new() },
            )
        })
        .boxed()
}

fn reference_ids() -> BoxedStrategy<Vec<ReferenceId>> {
    let id = |kind: &'static str| {
        (text(), option::of(oid())).prop_map(move |(id, authority)| ReferenceId {
            id,
            authority,
            kind: kind.to_owned(),
        })
    };
    (vec(id("urn:ihe:iti:xds:2013:accession"), 0..2), vec(id("urn:ihe:iti:xds:2015:encounterId"), 0..2))
        .prop_map(|(related, encounters)| related.into_iter().chain(encounters).collect())
        .boxed()
}

prop_compose! {
    /// Any document entry, stable and of one patient, with every attribute that a door may carry.
    pub fn entry()(
        (entry_uuid, logical_id, version) in (uuid(), uuid(), 1..1000_u32),
        unique_id in prop_oneof![oid().prop_map(|o| o.as_str().to_owned()), Just("1.2.3^A-1".to_owned()), uuid().prop_map(|u| u.urn())],
        availability in prop_oneof![Just(Availability::Approved), Just(Availability::Archived), Just(Availability::Deprecated)],
        (source_patient_id, source_patient_info) in source_patient(),
        (class_code, type_code, format_code, facility_type, practice_setting) in (code(), code(), code(), code(), code()),
        (confidentiality, event_codes) in (vec(code(), 1..4), vec(code(), 0..3)),
        (creation_time, service_start, service_stop) in (time(), option::of(time()), option::of(time())),
        (hash, size) in (option::of(any::<[u8; 20]>()), option::of(0..2_147_483_647_u64)),
        (title, comments) in (option::of(text()), option::of(text())),
        (authors, legal_authenticator) in (vec(author(), 0..4), option::of(person())),
        reference_ids in reference_ids(),
    ) -> DocumentEntry {
        DocumentEntry {
            kind: crate::EntryKind::Stable,
            entry_uuid, logical_id, version, availability,
            unique_id: UniqueId::parse(&unique_id).expect("a uniqueId"),
            repository: None,
            patient: Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a sample"),
            source_patient_id, source_patient_info,
            class_code, type_code, format_code, confidentiality, facility_type, practice_setting, event_codes,
            creation_time, service_start, service_stop,
            language: LanguageTag::parse("fr-FR").expect("a tag"),
            mime_type: MimeType::parse("text/xml").expect("a type"),
            hash: hash.map(Sha1::from_bytes), size, title, comments,
            authors, legal_authenticator, reference_ids,
            extra: Vec::new(),
        }
    }
}
