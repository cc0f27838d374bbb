//! What stands about the record: every state of the facts.

use model::Moment;
use policy::{Authorisation, Facts, FactsVersion, RecordState, Relation, Standing};

/// The instant of every decision.
pub(crate) const NOW: Moment = Moment(1_790_000_000_000_000);

/// The columns.
pub(crate) const RECORD: [&str; 11] = [
    "record",
    "relation",
    "minor",
    "blocked",
    "authorisation",
    "granted",
    "btg_opposed",
    "c15_opposed",
    "masked_btg",
    "masked_c15",
    "feeding_refused",
];

pub(crate) const RECORDS: [RecordState; 3] = [RecordState::Absent, RecordState::Open, RecordState::Closed];
pub(crate) const AUTHORISATIONS: [Authorisation; 3] =
    [Authorisation::Missing, Authorisation::Expired, Authorisation::Valid];
pub(crate) const BOTH: [bool; 2] = [false, true];

/// The relations that a channel can have, each with the holder's minority.
pub(crate) fn relations(patient: bool) -> Vec<(Relation, bool)> {
    let relations: &[Relation] = if patient {
        &[Relation::Stranger, Relation::Holder, Relation::Representative]
    } else {
        &[Relation::Stranger]
    };
    relations.iter().flat_map(|relation| BOTH.map(|minor| (*relation, minor))).collect()
}

/// Open, authorised, nothing opposed.
pub(crate) fn open(relation: Relation, minor: bool) -> Facts {
    Facts {
        version: FactsVersion(1),
        record: RecordState::Open,
        standing: Standing::Activated,
        authorisation: Authorisation::Valid,
        granted: Authorisation::Valid,
        relation,
        holder_is_minor: minor,
        ..Facts::absent()
    }
}

/// The finer state that goes with the told one.
pub(crate) fn standing(record: RecordState) -> Standing {
    match record {
        RecordState::Absent => Standing::Unknown,
        RecordState::Open => Standing::Activated,
        RecordState::Closed => Standing::Closed,
    }
}

/// The words of the facts, `treating` apart.
pub(crate) fn words(facts: &Facts) -> String {
    let record = match facts.record {
        RecordState::Absent => "absent",
        RecordState::Open => "open",
        RecordState::Closed => "closed",
    };
    let relation = match facts.relation {
        Relation::Stranger => "stranger",
        Relation::Holder => "holder",
        Relation::Representative => "representative",
    };
    let authorisation = |one| match one {
        Authorisation::Missing => "missing",
        Authorisation::Expired => "expired",
        Authorisation::Valid => "valid",
    };
    [
        record,
        relation,
        bit(facts.holder_is_minor),
        bit(facts.blocked),
        authorisation(facts.authorisation),
        authorisation(facts.granted),
        bit(facts.break_glass_opposed),
        bit(facts.centre_15_opposed),
        bit(facts.masked_in_break_glass),
        bit(facts.masked_in_centre_15),
        bit(facts.feeding_refused),
    ]
    .join("\t")
}

pub(crate) fn bit(on: bool) -> &'static str {
    if on { "1" } else { "0" }
}
