//! `lcm:RemoveObjectsRequest`.

use model::{EntryUuid, Finding, Location, Rule};
use xml::{Element, Writer};

use crate::ebrim::canonical_id;
use crate::ebrim::names::{LCM, RIM};

/// Objects of one request.
const MOST: usize = 1_000;

/// Reads the ids of the objects, in order, each once.
///
/// # Errors
/// [`Rule::MessageIsReadable`] when there is no reference, [`Rule::QueryIsComplete`] for a query in place of
/// references, a deletion scope, or more than a thousand objects; [`Rule::LinkedObjectIsReachable`] for an id that is
/// no UUID, and so names nothing.
pub fn read(payload: Element<'_>) -> Result<Vec<EntryUuid>, Vec<Finding>> {
    let list = payload.child(RIM, "ObjectRefList");
    let references: Vec<Element<'_>> =
        list.into_iter().flat_map(|list| list.children_named(RIM, "ObjectRef")).take(MOST + 1).collect();
    if references.is_empty() {
        let at = Location::XPath(payload.path());
        return Err(vec![
            Finding::new(Rule::MessageIsReadable).at(at).detail(
                "rim:ObjectRefList/rim:ObjectRef attendu",
                "expected rim:ObjectRefList/rim:ObjectRef",
            ),
        ]);
    }
    let mut findings = Vec::new();
    let refuse = |fr: &str, en: &str| Finding::new(Rule::QueryIsComplete).detail(fr, en);
    if payload.child(RIM, "AdhocQuery").is_some() || payload.attribute("deletionScope").is_some() {
        findings.push(refuse(
            "les objets à retirer sont désignés un à un : ni AdhocQuery ni deletionScope",
            "the objects to remove are named one by one: neither AdhocQuery nor deletionScope",
        ));
    }
    if references.len() > MOST {
        findings.push(refuse("1000 objets au plus par requête", "at most 1000 objects in one request"));
    }
    let mut ids = Vec::new();
    for reference in references {
        let id = canonical_id(reference.attribute("id").unwrap_or_default());
        match EntryUuid::parse(&id) {
            Ok(uuid) if id.starts_with("urn:uuid:") => {
                if !ids.contains(&uuid) {
                    ids.push(uuid);
                }
            }
            _ => findings
                .push(Finding::new(Rule::LinkedObjectIsReachable).at(Location::XPath(reference.path()))),
        }
    }
    if findings.is_empty() { Ok(ids) } else { Err(findings) }
}

/// The request element, for a client.
pub fn write(ids: &[EntryUuid]) -> String {
    let mut writer = Writer::new();
    writer.start("lcm:RemoveObjectsRequest").attr("xmlns:lcm", LCM).attr("xmlns:rim", RIM);
    writer.start("rim:ObjectRefList");
    for id in ids {
        writer.start("rim:ObjectRef").attr("id", &id.urn()).end();
    }
    writer.end();
    writer.finish()
}
