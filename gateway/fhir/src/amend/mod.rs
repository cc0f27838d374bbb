//! Changing one DocumentReference: PATCH (PDSm flux 03, the DMP's TD3.3a to d) and DELETE.
//!
//! A patch masks, shows, archives or unpublishes; DELETE is definitive for the holder's side and logical for
//! everybody else. Who may do what is the table of acts: `policy`.

use std::sync::atomic::{AtomicU16, Ordering};

use journey::{Clock, DocumentAsk, DocumentKey, Ids, Store, StoredEntry};
use model::{Channel, EntryUuid, Finding, Location, Rule, VisibilityFlag};
use policy::DocumentAct;

use crate::codec::time;
use crate::document_reference::{Frame, write};
use crate::patch::{self, Changes};
use crate::prefer::Return;
use crate::search::{pairs, refuse};
use crate::{Response, Visit};

const TRANSACTION: &str = "ITI-57";

/// PATCH by our id, or by `identifier` (and `patient.identifier` if given) in the query.
pub(crate) async fn patch<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: Option<String>,
) -> Response {
    let ask = match asked(visit, id) {
        Ok(Some(ask)) => ask,
        Ok(None) => return visit.teller.absent(),
        Err(finding) => return visit.teller.refuse(&[finding]),
    };
    let version = match expected(visit.request.if_match) {
        Ok(version) => version,
        Err(finding) => return visit.teller.refuse(&[finding]),
    };
    let patch = match patch::body(visit.request, &visit.door.limits) {
        Ok(patch) => patch,
        Err(refusal) => return visit.teller.refusal(&refusal),
    };
    let status = AtomicU16::new(0);
    let plan = |stored: &StoredEntry| {
        let shown = shown(visit, stored, None);
        let read = patch::read(&shown, &patch, &visit.desk.mappings.systems, visit.door.patch_pseudo_paths);
        read.map_err(|refused| {
            status.store(refused.status.unwrap_or_default(), Ordering::Relaxed);
            refused.findings
        })
        .and_then(|changes| acts(&changes))
    };
    let amended = journey::amend_by(visit.desk, visit.caller, TRANSACTION, ask, &plan, version).await;
    match amended {
        Ok(Some(visible)) => answer(visit, visible.get()).await,
        Ok(None) => Response::nothing(),
        Err(refusal) => match (&refusal, status.load(Ordering::Relaxed)) {
            (journey::Refusal::Refused(refused), status) if status != 0 => {
                visit.teller.refuse_with(status, &refused.findings)
            }
            // A conditional change that fits several (R4 §3.1.0.6.1).
            (journey::Refusal::Refused(refused), _) if refusal.rules() == [Rule::QueryIsComplete] => {
                visit.teller.refuse_with(412, &refused.findings)
            }
            _ => visit.teller.refusal(&refusal),
        },
    }
}

/// DELETE by our id.
pub(crate) async fn delete<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let version = match expected(visit.request.if_match) {
        Ok(version) => version,
        Err(finding) => return visit.teller.refuse(&[finding]),
    };
    let act = match visit.caller.channel {
        Channel::Patient => DocumentAct::Destroy,
        Channel::Direct
        | Channel::EmployeeCard
        | Channel::Indirect
        | Channel::Air
        | Channel::Operator
        | Channel::Member => DocumentAct::Delete,
    };
    let ask = DocumentAsk { patient: None, key: DocumentKey::Uuid(id) };
    match journey::amend(visit.desk, visit.caller, TRANSACTION, ask, vec![act], version).await {
        Ok(_) => Response::nothing(),
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

/// The acts of a patch. What only a deposit may do (hiding from patient or representatives) is nobody's act.
fn acts(changes: &Changes) -> Result<Vec<DocumentAct>, Vec<Finding>> {
    let mut acts = Vec::new();
    let mut refused = Vec::new();
    for flag in &changes.add {
        match flag {
            VisibilityFlag::MasquePs => acts.push(DocumentAct::Mask),
            VisibilityFlag::InvisiblePatient | VisibilityFlag::InvisibleRepresentantsLegaux => {
                let finding = Finding::new(Rule::ActIsOpenToCaller).arg("act", flag.code());
                refused.push(finding.at(Location::FhirPath("DocumentReference.securityLabel".to_owned())));
            }
        }
    }
    acts.extend(changes.remove.iter().map(|flag| match flag {
        VisibilityFlag::MasquePs => DocumentAct::Unmask,
        VisibilityFlag::InvisiblePatient => DocumentAct::Announce,
        VisibilityFlag::InvisibleRepresentantsLegaux => DocumentAct::ShowToRepresentatives,
    }));
    acts.extend(changes.archive.map(|archive| match archive {
        true => DocumentAct::Archive,
        false => DocumentAct::Restore,
    }));
    acts.extend(changes.delete.then_some(DocumentAct::Delete));
    if refused.is_empty() { Ok(acts) } else { Err(refused) }
}

/// Which document; `None` for what can be the name of none.
fn asked<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: Option<String>,
) -> Result<Option<DocumentAsk>, Finding> {
    if let Some(id) = id {
        let key = EntryUuid::parse(&id).ok().map(DocumentKey::Uuid);
        return Ok(key.map(|key| DocumentAsk { patient: None, key }));
    }
    crate::iti67::one_named(&pairs(visit.request.query)?, visit.desk.pack.french)
}

/// `If-Match`: the version, weak or strong; `*` is any.
fn expected(if_match: Option<&str>) -> Result<Option<u32>, Finding> {
    let Some(text) = if_match.map(str::trim).filter(|text| *text != "*") else { return Ok(None) };
    let bare = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    bare.parse().map(Some).map_err(|_| {
        refuse(
            "If-Match",
            "forme attendue : W/\"n\", la version lue (ETag)",
            "expected form: W/\"n\", the version read (ETag)",
        )
    })
}

async fn answer<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, stored: &StoredEntry) -> Response {
    let now = visit.desk.clock.now();
    let patient = match visit.desk.store.patient_id(&stored.entry.patient, now).await {
        Ok(patient) => patient,
        Err(fault) => return visit.teller.fault(&fault),
    };
    let shown = shown(visit, stored, patient);
    let mut response = match Return::of(visit.request.prefer) {
        Return::Representation => Response::json(200, &shown),
        Return::Outcome => Response::json(200, &visit.teller.done()),
        Return::Minimal => Response { status: 200, ..Response::nothing() },
    };
    response.headers.push(("ETag", format!("W/\"{}\"", stored.entry.version)));
    response.headers.push(("Last-Modified", time::http_date(stored.changed_at)));
    response
}

fn shown<S, C, I>(
    visit: &Visit<'_, S, C, I>,
    stored: &StoredEntry,
    patient: Option<EntryUuid>,
) -> serde_json::Value {
    let systems = &visit.desk.mappings.systems;
    let frame = Frame { base: &visit.door.base, systems, patient, stored_at: stored.changed_at };
    write(&stored.entry, &stored.associations, &frame)
}
