//! Associations of a deposit: relationships between documents, memberships of sets and folders, and the folders'
//! share in a replacement (IHE ITI TF-3 §4.2.2).

use std::collections::BTreeMap;

use model::{Code, EntryUuid, HAS_MEMBER, Member, ObjectRef, Rule, Submission};
use sqlx::Row;

use crate::cipher::{Place, SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::locator::{Object, take_uuid};
use crate::prepare::{Deposit, inside};
use crate::row::{Stored, encode};
use crate::session::Session;

/// One association of a deposit.
pub(crate) struct Link {
    pub(crate) association: EntryUuid,
    /// The URN of its type.
    pub(crate) kind: &'static str,
    pub(crate) source: LinkEnd,
    pub(crate) target: LinkEnd,
    /// SubmissionSetStatus.
    pub(crate) set_status: Option<&'static str>,
    /// Sealed: what documents a relationship.
    pub(crate) details: Option<Vec<u8>>,
}

/// One end of an association.
#[derive(Clone)]
pub(crate) enum LinkEnd {
    /// A document by its logicalID.
    Document(EntryUuid),
    Set(EntryUuid),
    /// A folder by its logicalID.
    Folder(EntryUuid),
    Association(EntryUuid),
    /// A document that the record must hold.
    StoredDocument(ObjectRef),
    /// A folder that the record must hold, by any of its UUIDs.
    StoredFolder(EntryUuid),
}

/// The associations of a submission, memberships first.
pub(crate) fn links(
    submission: &Submission,
    patient: &PatientKey,
    secret: &SecretKey,
) -> Result<Vec<Link>, Unsound> {
    let set = LinkEnd::Set(submission.set.entry_uuid);
    let document = |object: &ObjectRef| match inside(submission, object) {
        Some(id) => LinkEnd::Document(id),
        None => LinkEnd::StoredDocument(object.clone()),
    };
    let folder = |id: &EntryUuid| {
        let own = submission.folders.iter().find(|folder| folder.entry_uuid == *id);
        own.map_or(LinkEnd::StoredFolder(*id), |folder| LinkEnd::Folder(folder.logical_id))
    };
    let mut links = Vec::new();
    for membership in &submission.memberships {
        let (source, target, set_status) = match &membership.link {
            Member::Original(id) => (set.clone(), document(&ObjectRef::Uuid(*id)), Some("original")),
            Member::Reference(object) => (set.clone(), document(object), Some("reference")),
            Member::Folder(id) => (set.clone(), folder(id), None),
            Member::InFolder { folder: id, document: object } => (folder(id), document(object), None),
            Member::OfFolder(id) => (set.clone(), LinkEnd::Association(*id), None),
        };
        let association = membership.entry_uuid;
        links.push(Link { association, kind: HAS_MEMBER, source, target, set_status, details: None });
    }
    for link in &submission.associations {
        let source = inside(submission, &ObjectRef::Uuid(link.source))
            .ok_or(Unsound("a relationship whose source is not in the deposit"))?;
        let target = match &link.target {
            ObjectRef::Uuid(id) if *id == submission.set.entry_uuid => set.clone(),
            object => document(object),
        };
        let details = link.documentation.as_ref();
        let details = details.map(|code| seal_details(secret, patient, &link.entry_uuid, code));
        links.push(Link {
            association: link.entry_uuid,
            kind: link.kind.urn(),
            source: LinkEnd::Document(source),
            target,
            set_status: None,
            details: details.transpose()?,
        });
    }
    Ok(links)
}

/// Seals what documents a relationship.
pub(crate) fn seal_details(
    secret: &SecretKey,
    patient: &PatientKey,
    association: &EntryUuid,
    code: &Code,
) -> Result<Vec<u8>, Unsound> {
    secret.seal(&details_place(patient, association), &encode(&code.to_row())?)
}

/// Reads back what documents a relationship.
pub(crate) fn open_details(
    secret: &SecretKey,
    patient: &PatientKey,
    association: &EntryUuid,
    sealed: Option<&[u8]>,
) -> Result<Option<Code>, Unsound> {
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = secret.open(&details_place(patient, association), sealed)?;
    Ok(Some(Code::from_row(crate::row::decode(&opened)?)?))
}

pub(crate) fn details_place(patient: &PatientKey, association: &EntryUuid) -> Place {
    Place::new("association.details", &[patient.as_slice(), association.as_bytes()])
}

impl Deposit {
    /// Writes every association; a folder that gets a document is as new.
    pub(crate) async fn write_links(&self, keys: &Keys, session: &mut Session<'_>) -> Result<(), Failure> {
        let mut standing: BTreeMap<EntryUuid, EntryUuid> = BTreeMap::new();
        for link in &self.links {
            let source = self.resolve(session, &link.source).await?;
            let mut target = self.resolve(session, &link.target).await?;
            if let (LinkEnd::StoredFolder(_), LinkEnd::Folder(folder), LinkEnd::Document(document)) =
                (&link.source, &source, &target)
                && let Some(known) = self.standing(session, folder, document).await?
            {
                standing.insert(link.association, known);
                continue;
            }
            if let LinkEnd::Association(id) = &mut target {
                *id = standing.get(id).copied().unwrap_or(*id);
            }
            self.insert(keys, session, link, &source, &target).await?;
            if let LinkEnd::Folder(folder) = source {
                self.touch(session, &folder).await?;
            }
        }
        Ok(())
    }

    /// The membership of a document that stands in a folder already: it is not made a second time.
    async fn standing(
        &self,
        session: &mut Session<'_>,
        folder: &EntryUuid,
        document: &EntryUuid,
    ) -> Result<Option<EntryUuid>, Failure> {
        let select = sqlx::query(
            "SELECT association FROM association WHERE patient_key = $1 AND kind = $2 AND source = $3 AND target = $4 \
             AND status = 'approved' LIMIT 1",
        )
        .bind(self.patient.as_slice())
        .bind(HAS_MEMBER)
        .bind(folder.as_bytes().as_slice())
        .bind(document.as_bytes().as_slice());
        match session.one(select).await? {
            Some(row) => Ok(Some(uuid_of(row.try_get("association")?)?)),
            None => Ok(None),
        }
    }

    /// A new document stands in every Approved folder of the one that it replaces (IHE ITI TF-3 §4.2.2.2.1).
    pub(crate) async fn inherit_folders(
        &self,
        keys: &Keys,
        session: &mut Session<'_>,
        replaced: &[(EntryUuid, EntryUuid)],
    ) -> Result<(), Failure> {
        for (document, by) in replaced {
            let select = sqlx::query(include_str!("queries/folders_to_inherit.sql"))
                .bind(self.patient.as_slice())
                .bind(document.as_bytes().as_slice())
                .bind(by.as_bytes().as_slice());
            for row in session.all(select).await? {
                let folder = uuid_of(row.try_get("folder")?)?;
                let parts: [&[u8]; 3] = [self.event.id.as_bytes(), folder.as_bytes(), by.as_bytes()];
                let (held, holding) =
                    (keys.uuid("inherited folder", &parts)?, keys.uuid("inherited membership", &parts)?);
                let plain = |association, source, target| Link {
                    association,
                    kind: HAS_MEMBER,
                    source,
                    target,
                    set_status: None,
                    details: None,
                };
                let set = LinkEnd::Set(self.receipt.set);
                for link in [
                    plain(held, LinkEnd::Folder(folder), LinkEnd::Document(*by)),
                    plain(holding, set, LinkEnd::Association(held)),
                ] {
                    self.insert(keys, session, &link, &link.source, &link.target).await?;
                }
                self.touch(session, &folder).await?;
            }
        }
        Ok(())
    }

    async fn insert(
        &self,
        keys: &Keys,
        session: &mut Session<'_>,
        link: &Link,
        source: &LinkEnd,
        target: &LinkEnd,
    ) -> Result<(), Failure> {
        let ((source, from), (target, to)) = (placed(source)?, placed(target)?);
        let insert = sqlx::query(include_str!("queries/insert_association.sql"))
            .bind(self.patient.as_slice())
            .bind(link.association.as_bytes().as_slice())
            .bind(link.kind)
            .bind(source.as_bytes().as_slice())
            .bind(from)
            .bind(target.as_bytes().as_slice())
            .bind(to)
            .bind(link.set_status)
            .bind(link.set_status.map(|_| 1_i64))
            .bind(link.details.clone());
        session.run(insert).await?;
        take_uuid(keys, session, &self.patient, &link.association, Object::Association).await
    }

    /// The end as the record has it under the lock.
    async fn resolve(&self, session: &mut Session<'_>, end: &LinkEnd) -> Result<LinkEnd, Failure> {
        let gone = || Failure::Conflict(Rule::LinkedObjectIsReachable);
        Ok(match end {
            LinkEnd::StoredDocument(object) => {
                LinkEnd::Document(self.stored(session, object).await?.ok_or_else(gone)?.0)
            }
            LinkEnd::StoredFolder(id) => {
                let select = sqlx::query(include_str!("queries/folder_by_uuid.sql"))
                    .bind(self.patient.as_slice())
                    .bind(id.as_bytes().as_slice());
                let row = session.one(select).await?.ok_or_else(gone)?;
                LinkEnd::Folder(uuid_of(row.try_get("folder")?)?)
            }
            LinkEnd::Document(_) | LinkEnd::Set(_) | LinkEnd::Folder(_) | LinkEnd::Association(_) => {
                end.clone()
            }
        })
    }
}

/// The id and the kind of a resolved end.
fn placed(end: &LinkEnd) -> Result<(EntryUuid, &'static str), Unsound> {
    match end {
        LinkEnd::Document(id) => Ok((*id, "document")),
        LinkEnd::Set(id) => Ok((*id, "set")),
        LinkEnd::Folder(id) => Ok((*id, "folder")),
        LinkEnd::Association(id) => Ok((*id, "association")),
        LinkEnd::StoredDocument(_) | LinkEnd::StoredFolder(_) => Err(Unsound("an end that was not resolved")),
    }
}
