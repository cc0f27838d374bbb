//! What the document answers to and which document it succeeds.

use model::{AssociationKind, EntryUuid, ObjectRef, UniqueId};
use xml::cda::{At, InstanceId};

use super::{CdaCase, Difference, Value, differs, differs_at, same};

/// Kinds of reference ids that a CDA states as orders (IHE ITI TF-3 table 4.2.3.1.7-2, CXi.5).
const ORDERS: [&str; 2] = ["urn:ihe:iti:xds:2013:order", "urn:ihe:iti:xds:2013:accession"];

/// `relatedDocument` RPLC against the associations that replace.
pub(super) fn replaces(case: &CdaCase<'_>) -> Vec<Difference> {
    related(case, "RPLC", AssociationKind::Replaces)
}

/// `relatedDocument` XFRM against the associations that transform.
pub(super) fn transforms(case: &CdaCase<'_>) -> Vec<Difference> {
    related(case, "XFRM", AssociationKind::Transforms)
}

/// Each parent of this kind is the target of an association, and each association's target is a parent. An
/// association that both transforms and replaces may be stated either way, so it may answer a parent but asks
/// for none.
fn related(case: &CdaCase<'_>, kind: &str, association: AssociationKind) -> Vec<Difference> {
    let parents: Vec<&At<InstanceId>> = case
        .header
        .related
        .iter()
        .filter(|link| link.kind.value == kind)
        .flat_map(|link| &link.parents)
        .collect();
    let own = case.content.submission.associations.iter().enumerate();
    let own = own.filter(|(_, link)| link.source == case.subject.entry.entry_uuid);
    let mut demanded = Vec::new();
    let mut possible = Vec::new();
    for (index, link) in own {
        let is_this = link.kind == association;
        if is_this || link.kind == AssociationKind::TransformsAndReplaces {
            let target = target(case, index, &link.target);
            possible.push(target);
            if is_this {
                demanded.push(target);
            }
        }
    }
    let answered = |parent: &At<InstanceId>| {
        possible.iter().any(|target| target.is_none_or(|id| id.as_str() == written(&parent.value)))
    };
    let stated = |target: &Option<&UniqueId>| match target {
        Some(id) => parents.iter().any(|parent| id.as_str() == written(&parent.value)),
        None => !parents.is_empty(),
    };
    let not_in_metadata = parents.iter().filter(|parent| !answered(parent)).flat_map(|parent| {
        differs_at(&parent.path, Value::show(written(&parent.value)), shown(possible.first().copied()))
    });
    let not_in_cda = demanded.iter().filter(|target| !stated(target)).flat_map(|target| {
        differs(
            parents.first().map_or(Value::Absent, |p| Value::show(written(&p.value))),
            shown(Some(*target)),
        )
    });
    not_in_metadata.chain(not_in_cda).collect()
}

/// The uniqueId of an association's target; `None` when it is named by a UUID that nobody resolved.
fn target<'a>(case: &CdaCase<'a>, association: usize, target: &'a ObjectRef) -> Option<&'a UniqueId> {
    match target {
        ObjectRef::Unique(id) => Some(id),
        ObjectRef::Uuid(uuid) => inside(case, *uuid).or_else(|| stored(case, association)),
    }
}

fn inside<'a>(case: &CdaCase<'a>, uuid: EntryUuid) -> Option<&'a UniqueId> {
    let mut entries = case.content.submission.entries.iter();
    entries.find(|(entry, _)| entry.entry_uuid == uuid).map(|(entry, _)| &entry.unique_id)
}

fn stored<'a>(case: &CdaCase<'a>, association: usize) -> Option<&'a UniqueId> {
    let linked = case.content.links.iter().find(|linked| linked.association == association)?;
    linked.target.as_ref().map(|target| &target.stored.entry.unique_id)
}

fn shown(target: Option<Option<&UniqueId>>) -> Value {
    match target {
        Some(Some(id)) => Value::show(id.as_str()),
        Some(None) => Value::Hidden,
        None => Value::Absent,
    }
}

fn written(id: &InstanceId) -> String {
    match &id.extension {
        Some(extension) => format!("{}^{extension}", id.root),
        None => id.root.clone(),
    }
}

/// The order and accession numbers of the entry are the orders that the CDA fulfils. They may identify a
/// patient's examination, so they are not shown.
pub(super) fn orders(case: &CdaCase<'_>) -> Vec<Difference> {
    let orders = &case.header.orders;
    let given: Vec<_> =
        case.subject.entry.reference_ids.iter().filter(|id| ORDERS.contains(&id.kind.as_str())).collect();
    if given.is_empty() {
        return same();
    }
    let same_id = |given: &model::ReferenceId, order: &InstanceId| {
        let authority = given.authority.as_ref().is_none_or(|oid| oid.as_str() == order.root);
        match &order.extension {
            Some(extension) => authority && *extension == given.id,
            None => order.root == given.id,
        }
    };
    let unlisted = orders.iter().filter(|order| !given.iter().any(|id| same_id(id, &order.value)));
    let unordered = given.iter().filter(|id| !orders.iter().any(|order| same_id(id, &order.value)));
    let not_in_metadata = unlisted.flat_map(|order| differs_at(&order.path, Value::Hidden, Value::Absent));
    let not_in_cda = unordered.flat_map(|_| differs(Value::Absent, Value::Hidden));
    not_in_metadata.chain(not_in_cda).collect()
}
