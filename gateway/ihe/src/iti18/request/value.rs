//! What parameters of several queries mean: patient, statuses, dates, kinds of documents, versions, names of objects.

use model::{
    AssociationKind, Availability, Cx, DateRange, EntryKind, EntryUuid, Hl7Time, Ins, MetadataLevel, Moment,
    Named, OnlineState, UniqueId,
};

use crate::ebrim::canonical_id;
use crate::iti18::parameter::{MISSING_PARAM, PARAM_NUMBER, Parameters};

/// A patient of a query.
pub(super) enum Patient {
    /// By an INS.
    Known(Ins),
    /// By an identifier that is well formed and no INS.
    Unknown,
}

/// The patient; `None` with a finding where there is none.
pub(super) fn patient(parameters: &mut Parameters, name: &str) -> Option<Patient> {
    let Some(text) = parameters.one(name).map(str::to_owned) else {
        missing(parameters, name);
        return None;
    };
    if Cx::parse(&text).is_err() {
        parameters.bad(
            name,
            PARAM_NUMBER,
            "forme attendue : 'id^^^&OID&ISO'",
            "expected form: 'id^^^&OID&ISO'",
        );
        return None;
    }
    Some(Ins::parse_any_cx(&text).map_or(Patient::Unknown, Patient::Known))
}

/// A finding for a mandatory parameter that is not there; none if something was said of it already.
pub(super) fn missing(parameters: &mut Parameters, name: &str) {
    if !parameters.is_bad(name) {
        parameters.bad(name, MISSING_PARAM, "paramètre obligatoire absent", "mandatory parameter missing");
    }
}

/// Mandatory statuses. Unknown ones are ignored; nothing left is as if the parameter were missing.
pub(super) fn statuses(parameters: &mut Parameters, name: &str) -> Vec<Availability> {
    let known = optional_statuses(parameters, name);
    if known.is_empty() {
        missing(parameters, name);
    }
    known
}

/// Statuses that need not be given; given without a known one, they are as good as missing.
pub(super) fn optional_statuses(parameters: &mut Parameters, name: &str) -> Vec<Availability> {
    let given = parameters.list(name);
    let mut known: Vec<Availability> = given.iter().filter_map(|urn| Availability::of(urn.trim())).collect();
    known.dedup();
    if known.is_empty() && !given.is_empty() {
        parameters.bad(
            name,
            MISSING_PARAM,
            "paramètre sans statut connu",
            "parameter without a known status",
        );
    }
    known
}

/// `$XDSAssociationStatus`: Approved where nothing is asked.
pub(super) fn association_statuses(parameters: &mut Parameters) -> Vec<Availability> {
    let given = optional_statuses(parameters, "$XDSAssociationStatus");
    if given.is_empty() { vec![Availability::Approved] } else { given }
}

/// `From` is included, `To` is not; each means the first moment of the date given.
pub(super) fn range(parameters: &mut Parameters, name: &str) -> DateRange {
    DateRange {
        from: moment(parameters, &format!("{name}From")),
        to: moment(parameters, &format!("{name}To")),
    }
}

fn moment(parameters: &mut Parameters, name: &str) -> Option<Moment> {
    match Hl7Time::parse(parameters.one(name)?.trim()) {
        Ok(time) => Some(time.start()),
        Err(malformed) => {
            parameters.bad(name, PARAM_NUMBER, malformed.expected_fr, malformed.expected_en);
            None
        }
    }
}

/// Values of a vocabulary, unknown ones ignored: `default` where the parameter is not given, `None` where nothing that
/// it names is known, so that nothing can fit.
fn among<T>(
    parameters: &Parameters,
    name: &str,
    default: Vec<T>,
    parse: fn(&str) -> Option<T>,
) -> Option<Vec<T>> {
    let given = parameters.list(name);
    if given.is_empty() {
        return Some(default);
    }
    let known: Vec<T> = given.iter().filter_map(|value| parse(value.trim())).collect();
    (!known.is_empty()).then_some(known)
}

/// `$XDSDocumentEntryType`: stable documents where nothing is asked.
pub(super) fn kinds(parameters: &Parameters) -> Option<Vec<EntryKind>> {
    among(parameters, "$XDSDocumentEntryType", vec![EntryKind::Stable], EntryKind::of)
}

/// documentAvailability: any where nothing is asked.
pub(super) fn online(parameters: &Parameters) -> Option<Vec<OnlineState>> {
    among(parameters, "$XDSDocumentEntryDocumentAvailability", Vec::new(), OnlineState::of)
}

/// `$AssociationTypes`, mandatory: the relationships among them, `Some(None)` where there is none.
pub(super) fn relationships(parameters: &mut Parameters) -> Option<Option<Vec<AssociationKind>>> {
    const NAME: &str = "$AssociationTypes";
    if parameters.list(NAME).is_empty() {
        missing(parameters, NAME);
        return None;
    }
    Some(among(parameters, NAME, Vec::new(), AssociationKind::of))
}

/// `$MetadataLevel`.
pub(super) fn level(parameters: &mut Parameters) -> MetadataLevel {
    const NAME: &str = "$MetadataLevel";
    match parameters.one(NAME).map(str::trim) {
        None | Some("1") => MetadataLevel::Latest,
        Some("2") => MetadataLevel::Every,
        Some(_) => {
            parameters.bad(NAME, PARAM_NUMBER, "1 ou 2 attendu", "expected 1 or 2");
            MetadataLevel::Latest
        }
    }
}

/// How a query names objects: one of these parameters, the first of which stands for all in a finding.
pub(super) struct Names<'n> {
    pub(super) uuid: &'n str,
    pub(super) unique: &'n str,
    pub(super) logical: Option<&'n str>,
}

/// The objects that a query names: exactly one of the ways. `Some(None)` where no value is an id: nothing has such a
/// name.
pub(super) fn named(parameters: &mut Parameters, names: &Names<'_>) -> Option<Option<Named>> {
    let ways = [Some(names.uuid), Some(names.unique), names.logical];
    let ways: Vec<&str> = ways.into_iter().flatten().collect();
    if ways.iter().any(|name| parameters.is_bad(name)) {
        return None;
    }
    let given: Vec<&str> = ways.iter().copied().filter(|name| !parameters.list(name).is_empty()).collect();
    let listed = ways.join(", ");
    let [name] = given.as_slice() else {
        let code = if given.is_empty() { MISSING_PARAM } else { PARAM_NUMBER };
        parameters.bad(
            names.uuid,
            code,
            &format!("un de ces paramètres est attendu, et un seul : {listed}"),
            &format!("expected one of these parameters, and only one: {listed}"),
        );
        return None;
    };
    let values = parameters.list(name);
    let named = if *name == names.unique {
        Named::UniqueIds(values.iter().filter_map(|id| UniqueId::parse(id.trim()).ok()).collect())
    } else if *name == names.uuid {
        Named::Uuids(uuids(values))
    } else {
        Named::LogicalIds(uuids(values))
    };
    let empty = match &named {
        Named::Uuids(ids) | Named::LogicalIds(ids) => ids.is_empty(),
        Named::UniqueIds(ids) => ids.is_empty(),
    };
    Some((!empty).then_some(named))
}

/// `$uuid`, mandatory: `Some(None)` where no value is an id.
pub(super) fn objects(parameters: &mut Parameters) -> Option<Option<Vec<EntryUuid>>> {
    const NAME: &str = "$uuid";
    if parameters.list(NAME).is_empty() {
        missing(parameters, NAME);
        return None;
    }
    let ids = uuids(parameters.list(NAME));
    Some((!ids.is_empty()).then_some(ids))
}

fn uuids(values: &[String]) -> Vec<EntryUuid> {
    let real = values.iter().map(|id| canonical_id(id)).filter(|id| id.starts_with("urn:uuid:"));
    real.filter_map(|id| EntryUuid::parse(&id).ok()).collect()
}
