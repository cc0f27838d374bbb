//! The metadata that a CDA's own header gives: the pairs of CDA header and XDS metadata (CI-SIS,
//! `mappings/constraints/cda_pairs.csv`) read from the document's side (IHE MHD 4.2.4 §2:3.106, IHE PCC TF-2 §4.1).

mod people;

use mappings::Mappings;
use model::{
    Association, AssociationKind, Availability, Code, DocumentEntry, EntryKind, EntryUuid, Finding, Ins,
    InsDomain, LanguageTag, Location, MimeType, Moment, ObjectRef, Rule, UniqueId,
};
use xml::cda::{At, Body, Header, InstanceId, read_header};

use crate::checks::content::CDA_LIMITS;

/// Stands for what the header does not say; nothing is told about it but that it is missing.
pub(crate) const NOTHING: &str = "-";

/// What a CDA says of itself, as a document entry, and which documents it replaces or transforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The entry, without hash and size.
    pub entry: DocumentEntry,
    /// Its relationships, targets by uniqueId.
    pub associations: Vec<Association>,
}

/// Reads the metadata of a CDA, or tells everything that its header lacks, each at its place in the CDA.
pub fn describe_cda(
    mappings: &Mappings,
    bytes: &[u8],
    mime_type: MimeType,
    fresh: &dyn Fn() -> EntryUuid,
) -> Result<Described, Vec<Finding>> {
    let header = header(bytes)?;
    let mut derived = Derived::new(&header, mappings, fresh);
    let patient = derived.patient();
    // Without a patient everything else that is missing is told all the same.
    let anybody = Ins::parse("255081416802538", InsDomain::NirTest.oid());
    let entry = patient.clone().or(anybody.ok()).map(|patient| derived.entry(patient));
    let associations = entry.as_ref().map(|entry| derived.links(entry.entry_uuid));
    match (patient, entry.zip(associations)) {
        (Some(_), Some((entry, associations)))
            if derived.findings.is_empty() && derived.untold().is_empty() =>
        {
            Ok(Described { entry: DocumentEntry { mime_type, ..entry }, associations })
        }
        _ => {
            derived.tell_untold();
            Err(derived.findings)
        }
    }
}

/// The header of a CDA, or everything that keeps it from being read.
pub(crate) fn header(bytes: &[u8]) -> Result<Header, Vec<Finding>> {
    let unreadable = Finding::new(Rule::BytesAreOfTheDeclaredType);
    let document = xml::parse(bytes, &CDA_LIMITS).map_err(|error| {
        let (fr, en) = error.detail();
        vec![unreadable.clone().detail(fr, en)]
    })?;
    read_header(&document).map_err(|problems| {
        let finding = |problem: xml::cda::Problem| {
            unreadable.clone().at(Location::XPath(problem.path)).detail(problem.fr, problem.en)
        };
        problems.into_iter().map(finding).collect()
    })
}

/// Metadata read off a header, with what is missing.
pub(crate) struct Derived<'a> {
    header: &'a Header,
    mappings: &'a Mappings,
    fresh: &'a dyn Fn() -> EntryUuid,
    /// Attributes that have no value.
    pub(crate) missing: Vec<&'static str>,
    /// What was told of them.
    pub(crate) findings: Vec<Finding>,
}

impl<'a> Derived<'a> {
    /// Nothing read yet.
    pub(crate) fn new(header: &'a Header, mappings: &'a Mappings, fresh: &'a dyn Fn() -> EntryUuid) -> Self {
        Derived { header, mappings, fresh, missing: Vec::new(), findings: Vec::new() }
    }

    /// Says that an element is missing.
    pub(crate) fn lacks(&mut self, attribute: &'static str) {
        self.missing.push(attribute);
        self.tell(attribute);
    }

    fn tell(&mut self, attribute: &'static str) {
        let at = self.mappings.cda_pairs.xpath_of(attribute).map_or(Location::Whole, Location::XPath);
        self.findings.push(Finding::new(Rule::MetadataIsWellFormed).at(at).detail(
            format!("élément absent de l'en-tête CDA : {attribute} n'aurait pas de valeur"),
            format!("element missing from the CDA header: {attribute} would have no value"),
        ));
    }

    /// Codes that follow from others and could not be found.
    fn untold(&self) -> Vec<&'static str> {
        let derived = self.missing.iter().copied().filter(|name| matches!(*name, "classCode" | "formatCode"));
        derived.collect()
    }

    fn tell_untold(&mut self) {
        for attribute in self.untold() {
            let at = self.mappings.cda_pairs.xpath_of(attribute).map_or(Location::Whole, Location::XPath);
            self.findings.push(Finding::new(Rule::CodesAreInValueSets).at(at).detail(
                format!("aucune valeur de {attribute} ne se déduit de l'en-tête CDA"),
                format!("no value of {attribute} follows from the CDA header"),
            ));
        }
    }

    fn or_missing<T>(&mut self, attribute: &'static str, value: Option<T>, otherwise: T) -> T {
        value.unwrap_or_else(|| {
            self.lacks(attribute);
            otherwise
        })
    }

    /// The INS: the first identifier in one of its domains.
    pub(crate) fn patient(&mut self) -> Option<Ins> {
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

    /// The entry; what is missing has a value that stands for nothing.
    pub(crate) fn entry(&mut self, patient: Ins) -> DocumentEntry {
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
        let entry_uuid = (self.fresh)();
        let acts = header.services.iter().filter_map(|event| event.code.as_ref());
        DocumentEntry {
            entry_uuid,
            logical_id: entry_uuid,
            version: 1,
            kind: EntryKind::default(),
            unique_id: self.or_missing("uniqueId", unique_id, UniqueId::parse("2.25.0").expect("an OID")),
            repository: None,
            availability: Availability::Approved,
            source_patient_id: people::source_id(header, &patient),
            source_patient_info: people::traits(header),
            patient,
            class_code,
            type_code,
            format_code,
            confidentiality: vec![self.code("confidentialityCode", header.confidentiality.as_ref())],
            facility_type: self.code("healthcareFacilityTypeCode", header.facility.as_ref()),
            practice_setting: self
                .code("practiceSettingCode", main.and_then(|event| event.industry.as_ref())),
            event_codes: acts.map(|at| at.value.clone()).collect(),
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
            authors: header.authors.iter().map(people::author).collect(),
            legal_authenticator: header.legal_authenticator.as_ref().map(people::person),
            reference_ids: header.orders.iter().map(people::order).collect(),
            extra: Vec::new(),
        }
    }

    fn code(&mut self, attribute: &'static str, at: Option<&At<Code>>) -> Code {
        self.or_missing(attribute, at.map(|at| at.value.clone()), Code::new(NOTHING, NOTHING))
    }

    /// The class of the type; a type that has none is told as such (B7).
    fn class_of(&mut self, type_code: &Code) -> Code {
        let class = self.mappings.codes.class_of(type_code);
        if class.is_none() {
            self.missing.push("classCode");
        }
        class.cloned().unwrap_or_else(|| Code::new(NOTHING, NOTHING))
    }

    /// The format of a template or of the embedded file's media type; of none, nothing can be said.
    fn format(&mut self) -> Code {
        let codes = &self.mappings.codes;
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
    pub(crate) fn links(&self, source: EntryUuid) -> Vec<Association> {
        let related = self.header.related.iter().flat_map(|link| {
            let kind = match link.kind.value.as_str() {
                "RPLC" => Some(AssociationKind::Replaces),
                "XFRM" => Some(AssociationKind::Transforms),
                "APND" => Some(AssociationKind::Appends),
                _ => None,
            };
            link.parents
                .iter()
                .filter_map(move |parent| kind.zip(UniqueId::parse(&written(&parent.value)).ok()))
        });
        let link = |(kind, target)| Association {
            entry_uuid: (self.fresh)(),
            kind,
            source,
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

#[cfg(test)]
mod tests;
