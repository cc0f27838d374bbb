//! What was done, where, and in which form it is told.

use model::Code;
use xml::cda::Body;

use super::document::{codes, text};
use super::{CdaCase, Difference, Value, differs, differs_at, same, times};

pub(super) fn service_start(case: &CdaCase<'_>) -> Vec<Difference> {
    let low = case.header.main_service().and_then(|event| event.low.as_ref());
    times(low, case.subject.entry.service_start.as_ref())
}

pub(super) fn service_stop(case: &CdaCase<'_>) -> Vec<Difference> {
    let high = case.header.main_service().and_then(|event| event.high.as_ref());
    times(high, case.subject.entry.service_stop.as_ref())
}

/// The acts, one each. An entry without event codes is not compared.
pub(super) fn events(case: &CdaCase<'_>) -> Vec<Difference> {
    let given = &case.subject.entry.event_codes;
    if given.is_empty() {
        return same();
    }
    let acts: Vec<_> = case.header.services.iter().filter_map(|event| event.code.as_ref()).collect();
    let unlisted = acts.iter().filter(|act| !given.contains(&act.value));
    let undone = given.iter().filter(|code| !acts.iter().any(|act| act.value == **code));
    let not_in_metadata =
        unlisted.flat_map(|act| differs_at(&act.path, Value::show(text(&act.value)), Value::Absent));
    let not_in_cda = undone.flat_map(|code| differs(Value::Absent, Value::show(text(code))));
    not_in_metadata.chain(not_in_cda).collect()
}

pub(super) fn practice_setting(case: &CdaCase<'_>) -> Vec<Difference> {
    let industry = case.header.main_service().and_then(|event| event.industry.as_ref());
    codes(industry, &case.subject.entry.practice_setting)
}

pub(super) fn facility_type(case: &CdaCase<'_>) -> Vec<Difference> {
    codes(case.header.facility.as_ref(), &case.subject.entry.facility_type)
}

/// The format of a structured CDA is that of one of its templates (ASS_A11); templates without a known
/// format say nothing.
pub(super) fn structured_format(case: &CdaCase<'_>) -> Vec<Difference> {
    let Some(Body::Structured { .. }) = &case.header.body else { return same() };
    let codes = &case.content.mappings.codes;
    let templates = &case.header.template_ids;
    let known: Vec<&Code> = templates.iter().flat_map(|id| codes.formats_of_template(&id.value)).collect();
    let given = &case.subject.entry.format_code;
    if known.is_empty() || known.contains(&given) {
        return same();
    }
    let mut formats: Vec<&str> = known.iter().map(|code| code.value.as_str()).collect();
    formats.dedup();
    differs(Value::show(formats.join(", ")), Value::show(text(given)))
}

/// The format of a level 1 CDA is that of the embedded file's media type (ASS_A12).
pub(super) fn level_1_format(case: &CdaCase<'_>) -> Vec<Difference> {
    let Some(Body::NonXml { media_type: Some(media), .. }) = &case.header.body else { return same() };
    let given = &case.subject.entry.format_code;
    match case.content.mappings.codes.format_of_media(&media.value) {
        Some(format) if format != given => {
            differs_at(&media.path, Value::show(text(format)), Value::show(text(given)))
        }
        Some(_) | None => same(),
    }
}
