//! 201 with the DocumentReference as it will be read back.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use journey::{Clock, Ids, Store};
use model::{Association, Content, DocumentEntry, Finding, ObjectRef, Receipt, Sha1, Submission};

use crate::codec::time;
use crate::document_reference::{Frame, write};
use crate::prefer::Return;
use crate::{Response, Visit};

/// What the answer shows of a submission.
#[derive(Debug)]
pub(super) struct Shown {
    entry: Option<DocumentEntry>,
    associations: Vec<Association>,
}

impl Shown {
    /// The document with hash and size of its bytes, as the record keeps them.
    pub(super) fn of(submission: &Submission) -> Self {
        let entry = submission.entries.first().map(|(entry, content)| {
            let mut entry = entry.clone();
            if let Content::Inline(bytes) = content {
                let bytes = bytes.as_slice();
                let sha1 = <[u8; 20]>::try_from(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
                entry.hash = sha1.ok().map(Sha1::from_bytes).or(entry.hash);
                entry.size = Some(bytes.len() as u64);
            }
            entry
        });
        Shown { entry, associations: submission.associations.clone() }
    }
}

/// The answer of a receipt: that of an identical retry is the first one again.
pub(super) async fn created<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    shown: Shown,
    receipt: &Receipt,
    warnings: &[Finding],
) -> Response {
    let (Some(mut entry), Some(received)) = (shown.entry, receipt.documents.first()) else {
        return visit.teller.fault(&journey::Fault::new("a receipt without its document"));
    };
    let patient = match visit.desk.store.patient_id(&entry.patient, visit.desk.clock.now()).await {
        Ok(patient) => patient,
        Err(fault) => return visit.teller.fault(&fault),
    };
    entry.entry_uuid = received.entry_uuid;
    entry.logical_id = received.logical_id;
    let associations = resolved(shown.associations, receipt);
    let base = &visit.door.base;
    let systems = &visit.desk.mappings.systems;
    let frame = Frame { base, systems, patient, stored_at: receipt.at };
    let mut response = match Return::of(visit.request.prefer) {
        Return::Representation => Response::json(201, &write(&entry, &associations, &frame)),
        Return::Minimal => Response { status: 201, ..Response::nothing() },
        Return::Outcome if warnings.is_empty() => Response::json(201, &visit.teller.done()),
        Return::Outcome => visit.teller.refuse_with(201, warnings),
    };
    let id = received.logical_id.bare();
    response.headers.extend([
        ("Location", format!("{base}/DocumentReference/{id}/_history/1")),
        ("ETag", "W/\"1\"".to_owned()),
        ("Last-Modified", time::http_date(receipt.at)),
    ]);
    response
}

/// The associations with their targets named by logicalID, as the record names them.
fn resolved(associations: Vec<Association>, receipt: &Receipt) -> Vec<Association> {
    let named = |id: &model::EntryUuid| associations.iter().any(|link| link.target == ObjectRef::Uuid(*id));
    let mut others: Vec<_> = receipt.superseded.iter().copied().filter(|id| !named(id)).collect();
    others.reverse();
    let known = |target: &ObjectRef| matches!(target, ObjectRef::Uuid(id) if receipt.superseded.contains(id));
    associations
        .clone()
        .into_iter()
        .map(|link| match known(&link.target) {
            true => link,
            false => {
                let target = others.pop().map_or(link.target.clone(), ObjectRef::Uuid);
                Association { target, ..link }
            }
        })
        .collect()
}
