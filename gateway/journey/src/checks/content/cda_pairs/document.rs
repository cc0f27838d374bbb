//! What the document is.

use model::{Code, system};
use xml::cda::{At, InstanceId};

use super::{CdaCase, Difference, Value, differs, differs_at, same, times};

/// `id` is the uniqueId: the root, with `^extension` where there is one.
pub(super) fn id(case: &CdaCase<'_>) -> Vec<Difference> {
    let expected = case.subject.entry.unique_id.as_str();
    let Some(At { value: InstanceId { root, extension }, path }) = &case.header.id else {
        return differs(Value::Absent, Value::show(expected));
    };
    let own = match extension {
        Some(extension) => format!("{root}^{extension}"),
        None => root.clone(),
    };
    let is_uuid = || expected.strip_prefix("urn:uuid:").is_some_and(|uuid| uuid.eq_ignore_ascii_case(&own));
    if own == expected || is_uuid() {
        same()
    } else {
        differs_at(path, Value::show(own), Value::show(expected))
    }
}

pub(super) fn type_code(case: &CdaCase<'_>) -> Vec<Difference> {
    codes(case.header.code.as_ref(), &case.subject.entry.type_code)
}

/// The class that goes with the CDA's own code (ASS_X04); a code without a class is another rule's (B7).
pub(super) fn class_code(case: &CdaCase<'_>) -> Vec<Difference> {
    let Some(code) = &case.header.code else { return same() };
    let given = &case.subject.entry.class_code;
    match case.content.mappings.codes.class_of(&code.value) {
        Some(class) if class != given => {
            differs_at(&code.path, Value::show(text(class)), Value::show(text(given)))
        }
        Some(_) | None => same(),
    }
}

/// Compared without regard to white space; a title may name the patient, so it is not shown.
pub(super) fn title(case: &CdaCase<'_>) -> Vec<Difference> {
    let Some(given) = &case.subject.entry.title else { return same() };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    match &case.header.title {
        None => differs(Value::Absent, Value::Hidden),
        Some(title) if words(&title.value) == words(given) => same(),
        Some(title) => differs_at(&title.path, Value::Hidden, Value::Hidden),
    }
}

pub(super) fn creation(case: &CdaCase<'_>) -> Vec<Difference> {
    times(case.header.effective_time.as_ref(), Some(&case.subject.entry.creation_time))
}

/// The level; visibility flags never stand in a CDA.
pub(super) fn confidentiality(case: &CdaCase<'_>) -> Vec<Difference> {
    let labels = &case.subject.entry.confidentiality;
    match labels.iter().find(|code| code.system == system::CONFIDENTIALITY) {
        Some(level) => codes(case.header.confidentiality.as_ref(), level),
        None => same(),
    }
}

pub(super) fn language(case: &CdaCase<'_>) -> Vec<Difference> {
    let given = case.subject.entry.language.as_str();
    match &case.header.language {
        None => differs(Value::Absent, Value::show(given)),
        Some(language) if language.value.eq_ignore_ascii_case(given) => same(),
        Some(language) => differs_at(&language.path, Value::show(&language.value), Value::show(given)),
    }
}

/// No attribute of XDS holds them, but a version chain needs both.
pub(super) fn version(case: &CdaCase<'_>) -> Vec<Difference> {
    let present = [
        (case.header.set_id.is_some(), "/ClinicalDocument/setId"),
        (case.header.version.is_some(), "/ClinicalDocument/versionNumber"),
    ];
    let missing = present.into_iter().filter(|(present, _)| !present);
    missing.flat_map(|(_, path)| differs_at(path, Value::Absent, Value::Required)).collect()
}

/// Compares one code that must be there.
pub(super) fn codes(cda: Option<&At<Code>>, metadata: &Code) -> Vec<Difference> {
    match cda {
        None => differs(Value::Absent, Value::show(text(metadata))),
        Some(code) if code.value == *metadata => same(),
        Some(code) => differs_at(&code.path, Value::show(text(&code.value)), Value::show(text(metadata))),
    }
}

/// A code with its system.
pub(super) fn text(code: &Code) -> String {
    format!("{} ({})", code.value, code.system)
}
