//! The request element of a client.

use model::{DocumentQuery, EntryUuid, Scope};
use xml::Writer;

use super::{FIND_DOCUMENTS, GET_DOCUMENTS, ReturnType};
use crate::ebrim::names::{QUERY, RIM};
use crate::iti18::parameter::quoted;

/// The request element of a client. What ITI-18 cannot say (paging, a search without patient) is left out.
pub fn write(query: &DocumentQuery, return_type: ReturnType) -> String {
    let mut writer = Writer::new();
    writer.start("query:AdhocQueryRequest").attr("xmlns:query", QUERY).attr("xmlns:rim", RIM);
    let returned = match return_type {
        ReturnType::LeafClass => "LeafClass",
        ReturnType::ObjectRef => "ObjectRef",
    };
    writer
        .start("query:ResponseOption")
        .attr("returnType", returned)
        .attr("returnComposedObjects", "true")
        .end();
    writer.start("rim:AdhocQuery");
    match &query.scope {
        Scope::Find => {
            writer.attr("id", FIND_DOCUMENTS);
            write_find(&mut writer, query);
        }
        Scope::Uuids(ids) => {
            writer.attr("id", GET_DOCUMENTS);
            list(&mut writer, "$XDSDocumentEntryEntryUUID", ids.iter().map(EntryUuid::urn));
        }
        Scope::UniqueIds(ids) => {
            writer.attr("id", GET_DOCUMENTS);
            list(&mut writer, "$XDSDocumentEntryUniqueId", ids.iter().map(|id| id.as_str().to_owned()));
        }
    }
    writer.finish()
}

fn write_find(writer: &mut Writer, query: &DocumentQuery) {
    let coded = |code: &model::Code| format!("{}^^{}", code.value, code.system);
    if let Some(patient) = &query.patient {
        slot(writer, "$XDSDocumentEntryPatientId", &quoted(&patient.to_cx()));
    }
    list(writer, "$XDSDocumentEntryStatus", query.status.iter().map(|status| status.urn().to_owned()));
    list(writer, "$XDSDocumentEntryTypeCode", query.types.iter().map(coded));
    list(writer, "$XDSDocumentEntryClassCode", query.classes.iter().map(coded));
    list(writer, "$XDSDocumentEntryPracticeSettingCode", query.practice_settings.iter().map(coded));
    list(writer, "$XDSDocumentEntryHealthcareFacilityTypeCode", query.facility_types.iter().map(coded));
    list(writer, "$XDSDocumentEntryFormatCode", query.formats.iter().map(coded));
    for term in &query.events {
        list(writer, "$XDSDocumentEntryEventCodeList", term.iter().map(coded));
    }
    for term in &query.confidentiality {
        list(writer, "$XDSDocumentEntryConfidentialityCode", term.iter().map(coded));
    }
    list(writer, "$XDSDocumentEntryAuthorPerson", query.authors.iter().cloned());
    let ranges = [
        ("Creation", &query.creation),
        ("ServiceStart", &query.service_start),
        ("ServiceStop", &query.service_stop),
    ];
    for (name, range) in ranges {
        for (bound, moment) in [("From", range.from), ("To", range.to)] {
            if let Some(moment) = moment {
                slot(writer, &format!("$XDSDocumentEntry{name}Time{bound}"), moment.to_hl7().as_str());
            }
        }
    }
}

fn list(writer: &mut Writer, name: &str, values: impl Iterator<Item = String>) {
    let values: Vec<String> = values.map(|value| quoted(&value)).collect();
    if !values.is_empty() {
        slot(writer, name, &format!("({})", values.join(",")));
    }
}

fn slot(writer: &mut Writer, name: &str, value: &str) {
    writer.start("rim:Slot").attr("name", name).start("rim:ValueList");
    writer.leaf("rim:Value", value).end().end();
}
