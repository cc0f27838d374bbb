//! A CDA alone: the metadata that its header would give (CI-SIS, correspondence of CDA and XDS metadata), held
//! against the same rules as any deposit; findings are told at their place in the CDA.

use model::{
    Association, AssociationKind, Author, Availability, Code, CodedText, Content, ContentBytes,
    DocumentEntry, EntryKind, EntryUuid, Finding, Ins, InsDomain, LanguageTag, Location, MimeType, Moment,
    ObjectRef, Oid, Rule, SourcePatientInfo, Submission, SubmissionSet, SubmittedObject, UniqueId, Xcn, Xon,
};
use xml::cda::{At, Body, Header, InstanceId, Person, read_header};

use super::{Domain, check_submission};
use crate::checks::content::CDA_LIMITS;

const ENTRY: EntryUuid = EntryUuid::from_bytes([1; 16]);
const SET: EntryUuid = EntryUuid::from_bytes([2; 16]);
const LINK: EntryUuid = EntryUuid::from_bytes([3; 16]);
/// Stands for what the header does not say; nothing is told about it but that it is missing.
const NOTHING: &str = "-";

/// The findings of a CDA document on its own.
pub fn check_cda(domain: Domain<'_>, bytes: &[u8]) -> Vec<Finding> {
    let document = match xml::parse(bytes, &CDA_LIMITS) {
        Ok(document) => document,
        Err(error) => {
            let (fr, en) = error.detail();
            return vec![Finding::new(Rule::BytesAreOfTheDeclaredType).detail(fr, en)];
        }
    };
    let header = match read_header(&document) {
        Ok(header) => header,
        Err(problems) => {
            let finding = |problem: xml::cda::Problem| {
                Finding::new(Rule::BytesAreOfTheDeclaredType)
                    .at(Location::XPath(problem.path))
                    .detail(problem.fr, problem.en)
            };
            return problems.into_iter().map(finding).collect();
        }
    };
    let mut derived = Derived { header: &header, domain, missing: Vec::new(), findings: Vec::new() };
    let submission = derived.submission(bytes);
    let Derived { missing, mut findings, .. } = derived;
    if let Some(submission) = submission {
        let found = check_submission(domain, "ITI-41", &submission);
        findings.extend(found.into_iter().filter_map(|finding| told_in_cda(domain, finding, &missing)));
    }
    findings
}

/// The finding at its place in the CDA; `None` if it is about the set, which a CDA does not hold, or about what
/// was told as missing.
fn told_in_cda(domain: Domain<'_>, finding: Finding, missing: &[&str]) -> Option<Finding> {
    let xpath_of = |attribute: &str| domain.mappings.cda_pairs.xpath_of(attribute);
    let path = match &finding.at {
        Location::Submitted(SubmittedObject::Set, "patientId") => xpath_of("patientId"),
        Location::Submitted(SubmittedObject::Entry(_), attribute) if !missing.contains(attribute) => {
            xpath_of(attribute)
        }
        Location::Submitted(..) => return None,
        Location::XPath(path) if missing.iter().any(|name| xpath_of(name).as_ref() == Some(path)) => {
            return None;
        }
        _ => return Some(finding),
    };
    Some(finding.at(path.map_or(Location::Whole, Location::XPath)))
}

/// Metadata read off a header, with what is missing.
struct Derived<'a> {
    header: &'a Header,
    domain: Domain<'a>,
    missing: Vec<&'static str>,
    findings: Vec<Finding>,
}

impl Derived<'_> {
    /// The submission; `None` without an INS to hold it against.
    fn submission(&mut self, bytes: &[u8]) -> Option<Submission> {
        let patient = self.patient();
        let entry = patient.clone().map(|patient| self.entry(patient));
        let (patient, entry) = patient.zip(entry)?;
        let set = SubmissionSet {
            entry_uuid: SET,
            unique_id: None,
            source_id: Oid::parse("2.25.0").ok()?,
            patient,
            submission_time: entry.creation_time.clone(),
            content_type: Code::new(NOTHING, NOTHING),
            authors: entry.authors.clone(),
            intended_recipients: Vec::new(),
            title: None,
            comments: None,
        };
        Some(Submission {
            set,
            associations: self.links(),
            entries: vec![(entry, Content::Inline(ContentBytes::new(bytes.to_vec())))],
            folders: Vec::new(),
            memberships: Vec::new(),
            orphans: Vec::new(),
            identity_qualified: None,
        })
    }

    /// Says that an element is missing.
    fn lacks(&mut self, attribute: &'static str) {
        self.missing.push(attribute);
        let at = self.domain.mappings.cda_pairs.xpath_of(attribute).map_or(Location::Whole, Location::XPath);
        self.findings.push(Finding::new(Rule::MetadataIsWellFormed).at(at).detail(
            format!("élément absent de l'en-tête CDA : {attribute} n'aurait pas de valeur"),
            format!("element missing from the CDA header: {attribute} would have no value"),
        ));
    }

    fn or_missing<T>(&mut self, attribute: &'static str, value: Option<T>, otherwise: T) -> T {
        value.unwrap_or_else(|| {
            self.lacks(attribute);
            otherwise
        })
    }

    /// The INS: the first identifier in one of its domains.
    fn patient(&mut self) -> Option<Ins> {
        let ids = self.header.patients.iter().flat_map(|patient| &patient.ids);
        let mut national = ids.filter(|id| InsDomain::of(&id.value.root).is_some());
        let Some(id) = national.next() else {
            self.lacks("patientId");
            return None;
        };
        let number = id.value.extension.as_deref().unwrap_or_default();
        Ins::parse(number, &id.value.root)
            .map_err(|malformed| self.findings.push(malformed.at(Location::XPath(id.path.clone()))))
            .ok()
    }

    fn entry(&mut self, patient: Ins) -> DocumentEntry {
        let header = self.header;
        let main = header.main_service();
        let type_code = self.code("typeCode", header.code.as_ref());
        let class_code = self.class_of(&type_code);
        let format_code = self.format();
        let unique_id = header.id.as_ref().and_then(|id| UniqueId::parse(&written(&id.value)).ok());
        let language = header.language.as_ref().and_then(|at| LanguageTag::parse(&at.value).ok());
        let [service_start, service_stop] =
            [main.and_then(|event| event.low.as_ref()), main.and_then(|event| event.high.as_ref())]
                .map(|at| at.map(|at| at.value.clone()));
        let present = [
            ("authorPerson", !header.authors.is_empty()),
            ("title", header.title.is_some()),
            ("legalAuthenticator", header.legal_authenticator.is_some()),
            ("serviceStartTime", service_start.is_some()),
        ];
        for (attribute, _) in present.into_iter().filter(|(_, present)| !present) {
            self.lacks(attribute);
        }
        // Which of the identifiers is the local one is for the metadata to say.
        self.missing.push("sourcePatientId");
        DocumentEntry {
            entry_uuid: ENTRY,
            logical_id: ENTRY,
            version: 1,
            kind: EntryKind::default(),
            unique_id: self.or_missing("uniqueId", unique_id, UniqueId::parse("2.25.0").expect("an OID")),
            repository: None,
            availability: Availability::Approved,
            patient,
            source_patient_id: None,
            source_patient_info: SourcePatientInfo::default(),
            class_code,
            type_code,
            format_code,
            confidentiality: vec![self.code("confidentialityCode", header.confidentiality.as_ref())],
            facility_type: self.code("healthcareFacilityTypeCode", header.facility.as_ref()),
            practice_setting: self
                .code("practiceSettingCode", main.and_then(|event| event.industry.as_ref())),
            event_codes: header
                .services
                .iter()
                .filter_map(|event| event.code.as_ref())
                .map(|at| at.value.clone())
                .collect(),
            creation_time: self.or_missing(
                "creationTime",
                header.effective_time.as_ref().map(|at| at.value.clone()),
                Moment(0).to_hl7(),
            ),
            service_start,
            service_stop,
            language: self.or_missing("languageCode", language, LanguageTag::parse("fr-FR").expect("a tag")),
            mime_type: MimeType::parse("text/xml").expect("a media type"),
            hash: None,
            size: None,
            title: header.title.as_ref().map(|at| at.value.clone()),
            comments: None,
            authors: header.authors.iter().map(author).collect(),
            legal_authenticator: header.legal_authenticator.as_ref().map(person),
            reference_ids: Vec::new(),
            extra: Vec::new(),
        }
    }

    fn code(&mut self, attribute: &'static str, at: Option<&At<Code>>) -> Code {
        self.or_missing(attribute, at.map(|at| at.value.clone()), Code::new(NOTHING, NOTHING))
    }

    /// The class of the type; a type that has none is told as such (B7).
    fn class_of(&mut self, type_code: &Code) -> Code {
        let class = self.domain.mappings.codes.class_of(type_code);
        if class.is_none() {
            self.missing.push("classCode");
        }
        class.cloned().unwrap_or_else(|| Code::new(NOTHING, NOTHING))
    }

    /// The format of a template or of the embedded file's media type; of none, nothing can be said.
    fn format(&mut self) -> Code {
        let codes = &self.domain.mappings.codes;
        let format = match &self.header.body {
            Some(Body::NonXml { media_type: Some(media), .. }) => codes.format_of_media(&media.value),
            Some(Body::NonXml { media_type: None, .. }) | None => None,
            Some(Body::Structured { .. }) => {
                self.header.template_ids.iter().find_map(|id| codes.formats_of_template(&id.value).first())
            }
        };
        if format.is_none() {
            self.missing.push("formatCode");
        }
        format.cloned().unwrap_or_else(|| Code::new(NOTHING, NOTHING))
    }

    /// The documents that the CDA says it replaces or transforms.
    fn links(&self) -> Vec<Association> {
        let related = self.header.related.iter().flat_map(|link| {
            let kind = match link.kind.value.as_str() {
                "RPLC" => Some(AssociationKind::Replaces),
                "XFRM" => Some(AssociationKind::Transforms),
                _ => None,
            };
            link.parents
                .iter()
                .filter_map(move |parent| kind.zip(UniqueId::parse(&written(&parent.value)).ok()))
        });
        let link = |(kind, target)| Association {
            entry_uuid: LINK,
            kind,
            source: ENTRY,
            target: ObjectRef::Unique(target),
            documentation: None,
        };
        related.map(link).collect()
    }
}

fn written(id: &InstanceId) -> String {
    match &id.extension {
        Some(extension) => format!("{}^{extension}", id.root),
        None => id.root.clone(),
    }
}

fn author(author: &xml::cda::Author) -> Author {
    let organization = author.person.organization.as_ref();
    let institution = |id: &At<InstanceId>| Xon {
        name: NOTHING.to_owned(),
        authority: Oid::parse(&id.value.root).ok(),
        id_type: None,
        id: id.value.extension.clone(),
    };
    let coded = |at: &Option<At<Code>>| at.iter().map(|at| CodedText::Coded(at.value.clone())).collect();
    Author {
        person: Some(person(&author.person)),
        institutions: organization.iter().flat_map(|found| &found.ids).map(institution).collect(),
        roles: coded(&author.function),
        specialties: coded(&author.person.code),
        telecoms: Vec::new(),
    }
}

fn person(person: &Person) -> Xcn {
    let id = person.ids.first();
    Xcn {
        id: id.map(|at| at.value.extension.clone().unwrap_or_else(|| at.value.root.clone())),
        authority: id
            .filter(|at| at.value.extension.is_some())
            .and_then(|at| Oid::parse(&at.value.root).ok()),
        ..Xcn::default()
    }
}

#[cfg(test)]
mod tests;
