//! Provide Document Bundle to submission (IHE MHD 4.2.4 §2:3.65.4.1, PDSm 3.1.1 flux 01).

use std::collections::BTreeMap;

use journey::{Restated, Superseded};
use mappings::Mappings;
use model::{
    Association, AssociationKind, Code, EntryUuid, Finding, Folder, Ins, ObjectRef, PartId, Severity,
    Submission, SubmissionSet,
};
use serde_json::Value;

use super::bundle::{Entries, Entry};
use super::content::{Parts, Wanted};
use super::members::{Members, Targets};
use super::part::{Part, Parted};
use super::places::Places;
use super::roles::Roles;
use super::{folders, profile, replace};
use crate::Visit;
use crate::codec::{Element, contained};
use crate::document_reference::{self, Form, Given, Reading, entry_uuid, links_of};
use crate::iti105::{self, UNSPECIFIED};
use crate::list::set;
use crate::media::{Format, received};
use crate::patient::{Patients, own_id, qualified};

/// What reading needs beside the Bundle.
pub(crate) struct Frame<'a> {
    pub(crate) mappings: &'a Mappings,
    /// The French pack: PDSm's cardinalities hold whatever profile is claimed.
    pub(crate) french: bool,
    /// Base URL of this door.
    pub(crate) base: &'a str,
    /// INS of our own Patient ids that the Bundle names (see [`patients_named`]).
    pub(crate) known: &'a BTreeMap<EntryUuid, Ins>,
    /// The format that the message came in: FHIR documents are kept in it.
    pub(crate) format: Format,
    /// The caller is the holder or a representative: what completes a minimal document depends on it.
    pub(crate) of_the_patient: bool,
    /// Allocates an entryUUID.
    pub(crate) fresh: &'a (dyn Fn() -> EntryUuid + Sync),
}

impl<'a> Frame<'a> {
    /// That of a visit.
    pub(crate) fn of<S, C, I>(
        visit: &'a Visit<'_, S, C, I>,
        known: &'a BTreeMap<EntryUuid, Ins>,
        fresh: &'a (dyn Fn() -> EntryUuid + Sync),
    ) -> Self {
        Frame {
            mappings: &visit.desk.mappings,
            french: visit.desk.pack.french,
            base: &visit.door.base,
            known,
            format: received(visit.request).unwrap_or(Format::Json),
            of_the_patient: iti105::is_patient_side(visit.caller),
            fresh,
        }
    }
}

/// A Bundle that could be read.
#[derive(Debug)]
pub(crate) struct Submitted<'a> {
    pub(crate) submission: Submission,
    pub(crate) warnings: Vec<Finding>,
    /// One for each entry of the request.
    pub(crate) parts: Vec<Part>,
    /// Where each object of the submission stood.
    pub(crate) places: Places<'a>,
    /// What the Bundle says of the record beside the submission.
    pub(crate) restated: Restated,
}

/// Ids of our own Patients that a Bundle names as subject, or reads (an entry with GET).
pub(crate) fn patients_named(bundle: &Value, base: &str) -> Vec<EntryUuid> {
    let entries = Element::root(bundle).all("entry");
    let named = |path: &[&str], name: &str, entry: &Element<'_>| {
        entry.descend(path)?.text(name).and_then(|text| own_id(text, base))
    };
    let subjects = entries.iter().filter_map(|entry| named(&["resource", "subject"], "reference", entry));
    let read = entries.iter().filter_map(|entry| named(&["request"], "url", entry));
    let mut ids: Vec<EntryUuid> = subjects.chain(read).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Reads a structurally sound Bundle, or tells everything that is wrong with it.
pub(crate) fn read<'a>(bundle: &'a Value, frame: &Frame<'_>) -> Result<Submitted<'a>, Vec<Finding>> {
    let bundle = Element::root(bundle);
    let mut findings = Vec::new();
    if !profile::is_transaction(&bundle, &mut findings) {
        return Err(findings);
    }
    let claim = profile::claimed(&bundle, &mut findings);
    let entries = Entries::read(&bundle, &mut findings);
    let roles = Roles::of(&bundle, &entries, &mut findings);
    let of_pdsm = roles.claim_pdsm(&mut findings) || claim == profile::Claim::Pdsm;
    let mut reading = Reading::new(frame.mappings, of_pdsm || frame.french);
    reading.findings = findings;
    let patients = Patients { entries: &entries, known: frame.known, base: frame.base };
    let set = roles.set.and_then(|(_, entry)| read_set(entry, claim, &patients, frame, &mut reading));
    if let (Some((_, entry)), Some(set), true) = (roles.set, &set, roles.documents.is_empty())
        && set.unique_id.is_none()
    {
        // Without documents there is nothing to derive one from that differs from the next set of its kind.
        reading.tell(entry.resource.as_ref().unwrap_or(&entry.element).missing("identifier"));
    }
    let mut bundled = Bundled {
        entries: &entries,
        roles: &roles,
        patients: &patients,
        frame,
        places: Places::default(),
        parts: Parted::new(entries.iter().count()),
        uuids: uuids(&roles, frame),
        form: if claim == profile::Claim::Minimal { Form::Minimal } else { Form::Comprehensive },
    };
    bundled.places.set = roles.set.and_then(|(_, entry)| entry.resource.clone());
    let (submission, restated) = bundled.read(set, &mut reading);
    let Bundled { places, parts, .. } = bundled;
    let (errors, warnings): (Vec<_>, Vec<_>) =
        reading.findings.into_iter().partition(|finding| finding.severity == Severity::Error);
    match (submission, errors.is_empty()) {
        (Some(submission), true) => {
            Ok(Submitted { submission, warnings, parts: parts.into_parts(), places, restated })
        }
        _ => Err(errors.into_iter().chain(warnings).collect()),
    }
}

/// Reads the subject of a resource.
pub(super) fn subject(
    resource: &Element<'_>,
    patients: &Patients<'_>,
    reading: &mut Reading<'_>,
) -> Option<Ins> {
    let reference = resource.get("subject")?;
    let ins = patients.ins(resource, &reference);
    reading.keep(ins)
}

fn read_set(
    entry: &Entry<'_>,
    claim: profile::Claim,
    patients: &Patients<'_>,
    frame: &Frame<'_>,
    reading: &mut Reading<'_>,
) -> Option<SubmissionSet> {
    let list = entry.resource.as_ref()?;
    let patient = subject(list, patients, reading);
    let (code, system) = UNSPECIFIED;
    let content_type = (claim == profile::Claim::Minimal).then(|| Code::new(code, system));
    set::read(list, set::Given { patient, fresh: (frame.fresh)(), content_type }, reading)
}

/// The entryUUID of each new document, by the index of its entry.
fn uuids(roles: &Roles<'_, '_>, frame: &Frame<'_>) -> BTreeMap<usize, EntryUuid> {
    let uuid = |entry: &Entry<'_>| {
        let stated = entry.resource.as_ref().and_then(entry_uuid).and_then(Result::ok);
        stated.unwrap_or_else(|| (frame.fresh)())
    };
    roles.documents.iter().map(|(index, entry)| (*index, uuid(entry))).collect()
}

/// A Bundle being read.
struct Bundled<'x, 'a> {
    entries: &'x Entries<'a>,
    roles: &'x Roles<'x, 'a>,
    patients: &'x Patients<'x>,
    frame: &'x Frame<'x>,
    places: Places<'a>,
    parts: Parted,
    uuids: BTreeMap<usize, EntryUuid>,
    /// What its DocumentReferences are read as.
    form: Form,
}

impl<'a> Bundled<'_, 'a> {
    fn read(
        &mut self,
        set: Option<SubmissionSet>,
        reading: &mut Reading<'_>,
    ) -> (Option<Submission>, Restated) {
        if let Some((index, _)) = self.roles.set {
            self.parts.put(index, Part::Set);
        }
        let mut contents = Parts::new(self.entries, self.frame.format);
        let mut associations = Vec::new();
        let documents = self.documents(&mut contents, &mut associations, reading);
        let mut members = Members::default();
        let restated = Restated {
            superseded: self.superseded(&associations, reading),
            folders: self.changed(set.as_ref(), &mut members, reading),
        };
        let folders = self.folders(set.as_ref(), &mut members, reading);
        self.targets().of_set(&mut members, reading);
        for resource in self.roles.carriers().filter_map(|entry| entry.resource.as_ref()) {
            contained::add(resource, &mut reading.findings);
        }
        self.places.members = members.places;
        self.places.orphans = contents.finish(&mut self.parts);
        let orphans: Vec<PartId> = self.places.orphans.iter().map(|(part, _)| part.clone()).collect();
        let identity_qualified = self.identity();
        let read = set.zip(documents.zip(folders));
        let submission = read.map(|(set, (entries, folders))| Submission {
            set,
            entries,
            folders,
            associations,
            memberships: members.links,
            orphans,
            identity_qualified,
        });
        (submission, restated)
    }

    /// The new documents; `None` if one could not be read.
    fn documents(
        &mut self,
        contents: &mut Parts<'_, 'a>,
        associations: &mut Vec<Association>,
        reading: &mut Reading<'_>,
    ) -> Option<Vec<(model::DocumentEntry, model::Content)>> {
        let (frame, entries, uuids) = (self.frame, self.entries, self.uuids.clone());
        let inside = |text: &str| entries.position(text).and_then(|index| uuids.get(&index)).copied();
        let mut read = Some(Vec::new());
        for (number, (index, entry)) in self.roles.documents.iter().enumerate() {
            let (Some(resource), Some(fresh)) = (&entry.resource, uuids.get(index)) else { continue };
            let patient = subject(resource, self.patients, reading);
            let content =
                contents.of(resource, Wanted { number, patient: patient.as_ref() }, frame.base, reading);
            let given = Given { patient, fresh: *fresh, form: self.form };
            let mut document = match self.form {
                Form::Minimal => {
                    let (mappings, french) = (frame.mappings, frame.french);
                    let setting = iti105::Setting { mappings, french, of_the_patient: frame.of_the_patient };
                    let complete = iti105::completed(resource.value(), setting);
                    document_reference::read(&resource.over(&complete), given, reading)
                }
                Form::Comprehensive | Form::Simplified { .. } | Form::Shown => {
                    document_reference::read(resource, given, reading)
                }
            };
            if let (Some(document), true) = (&mut document, contents.is_reckoned(number)) {
                (document.hash, document.size) = (None, None);
            }
            for link in links_of(resource, frame.base, &inside, reading) {
                associations.push(Association {
                    documentation: None,
                    entry_uuid: (frame.fresh)(),
                    kind: link.kind,
                    source: *fresh,
                    target: link.target,
                });
                self.places.links.push(link.at);
            }
            match (document, &mut read) {
                (Some(document), Some(read)) => read.push((document, content)),
                _ => read = None,
            }
            self.places.documents.push(resource.clone());
            self.parts.put(*index, Part::Document(number));
        }
        read
    }

    /// Documents that a PATCH names in another way than `relatesTo` does.
    fn superseded(&mut self, associations: &[Association], reading: &mut Reading<'_>) -> Vec<Superseded> {
        let mut patches: Vec<(Element<'_>, ObjectRef)> = Vec::new();
        for (index, entry) in &self.roles.patches {
            if let Some(target) = replace::target(entry, self.frame.base, &mut reading.findings) {
                patches.push((entry.element.clone(), target.clone()));
                let mut replaced = associations.iter().filter(|link| link.kind == AssociationKind::Replaces);
                let nth = replaced.position(|link| link.target == target);
                self.parts.put(*index, Part::Superseded { target, nth });
            }
        }
        replace::agree(&patches, associations, &mut reading.findings)
    }

    /// The new folders; `None` if one could not be read.
    fn folders(
        &mut self,
        set: Option<&SubmissionSet>,
        members: &mut Members,
        reading: &mut Reading<'_>,
    ) -> Option<Vec<Folder>> {
        let mut read = Some(Vec::new());
        for (number, (index, entry)) in self.roles.folders.iter().enumerate() {
            let Some(list) = &entry.resource else { continue };
            let unique_id = folders::derived_id(set, self.roles, number);
            let folder = unique_id.and_then(|unique_id| {
                folders::new(entry, self.patients, unique_id, (self.frame.fresh)(), reading)
            });
            let id = folder.as_ref().map_or_else(|| (self.frame.fresh)(), |folder| folder.entry_uuid);
            self.targets().of_folder(list, id, members, reading);
            match (folder, &mut read) {
                (Some(folder), Some(read)) => read.push(folder),
                _ => read = None,
            }
            self.places.folders.push(list.clone());
            self.parts.put(*index, Part::Folder(number));
        }
        read
    }

    /// The folders of the record that get documents.
    fn changed(
        &mut self,
        set: Option<&SubmissionSet>,
        members: &mut Members,
        reading: &mut Reading<'_>,
    ) -> Vec<journey::RestatedFolder> {
        let mut changed = Vec::new();
        for (index, entry) in &self.roles.changed {
            let Some(list) = &entry.resource else { continue };
            let Some(unique_id) = folders::derived_id(set, self.roles, 0) else { continue };
            let fresh = (self.frame.fresh)();
            if let Some(mut folder) = folders::restated(entry, self.patients, unique_id, fresh, reading) {
                folder.documents = self.targets().of_folder(list, folder.folder, members, reading);
                self.parts.put(*index, Part::Filled(folder.folder));
                changed.push(folder);
            }
        }
        changed
    }

    fn targets(&self) -> Targets<'_> {
        let (entries, roles, documents) = (self.entries, self.roles, &self.uuids);
        Targets { entries, roles, documents, base: self.frame.base, fresh: self.frame.fresh }
    }

    /// What the Patients of the submission say of the identity: one doubt is a doubt.
    fn identity(&self) -> Option<bool> {
        let carriers = self.roles.carriers().filter_map(|entry| entry.resource.as_ref());
        let contained = carriers.flat_map(|resource| resource.all("contained"));
        let own = self.entries.iter().filter_map(|entry| entry.resource.clone());
        let patients = own.chain(contained).filter(|resource| resource.kind() == "Patient");
        let said: Vec<bool> = patients.filter_map(|patient| qualified(&patient)).collect();
        (!said.is_empty()).then(|| said.iter().all(|qualified| *qualified))
    }
}
