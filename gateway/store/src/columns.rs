//! What of an entry stands in the clear beside its sealed metadata: codes, dates, identifiers of documents,
//! professionals and structures, and the visibility flags.

use std::collections::BTreeSet;

use model::{Availability, Code, DocumentEntry, EntryKind, EntryUuid, Hl7Time, OnlineState, VisibilityFlag};

use crate::cipher::Unsound;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey, Space};
use crate::row::{code_key, is_patient_id};
use crate::session::{Session, Statement};

/// The searchable columns of one entry, and its rows in the child tables.
pub(crate) struct Columns {
    pub(crate) document: EntryUuid,
    pub(crate) entry_uuid: EntryUuid,
    pub(crate) version: u32,
    pub(crate) unique_id: String,
    pub(crate) status: &'static str,
    codes: [String; 5],
    mime_type: String,
    creation: i64,
    service_start: Option<i64>,
    service_stop: Option<i64>,
    kind: &'static str,
    online: bool,
    masked: bool,
    invisible_patient: bool,
    invisible_representatives: bool,
    persons: BTreeSet<String>,
    structures: BTreeSet<String>,
    event_codes: BTreeSet<String>,
    confidentiality: BTreeSet<String>,
}

impl Columns {
    /// Of this entry.
    pub(crate) fn of(keys: &Keys, entry: &DocumentEntry) -> Self {
        let start = |time: &Option<Hl7Time>| time.as_ref().map(|time| time.start().0);
        Columns {
            document: entry.logical_id,
            entry_uuid: entry.entry_uuid,
            version: entry.version,
            unique_id: entry.unique_id.as_str().to_owned(),
            status: status_name(entry.availability),
            codes: [
                &entry.type_code,
                &entry.class_code,
                &entry.format_code,
                &entry.facility_type,
                &entry.practice_setting,
            ]
            .map(code_key),
            mime_type: entry.mime_type.as_str().to_owned(),
            creation: entry.creation_time.start().0,
            service_start: start(&entry.service_start),
            service_stop: start(&entry.service_stop),
            kind: kind_name(entry.kind),
            online: entry.online() == OnlineState::Online,
            masked: entry.has_flag(VisibilityFlag::MasquePs),
            invisible_patient: entry.has_flag(VisibilityFlag::InvisiblePatient),
            invisible_representatives: entry.has_flag(VisibilityFlag::InvisibleRepresentantsLegaux),
            persons: entry.author_persons().map(|id| person_key(keys, id)).collect(),
            structures: entry.author_institutions().map(str::to_owned).collect(),
            event_codes: keys_of(&entry.event_codes),
            confidentiality: keys_of(&entry.confidentiality),
        }
    }

    /// Binds the columns in the order of `insert_entry.sql`, from type_code to invisible_representatives.
    pub(crate) fn bind<'q>(&self, mut statement: Statement<'q>) -> Statement<'q> {
        for code in &self.codes {
            statement = statement.bind(code.clone());
        }
        let statement = statement
            .bind(self.mime_type.clone())
            .bind(self.creation)
            .bind(self.service_start)
            .bind(self.service_stop)
            .bind(self.kind)
            .bind(self.online);
        self.bind_flags(statement)
    }

    /// Binds the three visibility flags.
    pub(crate) fn bind_flags<'q>(&self, statement: Statement<'q>) -> Statement<'q> {
        statement.bind(self.masked).bind(self.invisible_patient).bind(self.invisible_representatives)
    }

    /// Writes the child rows.
    pub(crate) async fn write_children(
        &self,
        session: &mut Session<'_>,
        patient: &PatientKey,
    ) -> Result<(), Failure> {
        let children = [
            (include_str!("queries/insert_author_person.sql"), &self.persons),
            (include_str!("queries/insert_author_structure.sql"), &self.structures),
            (include_str!("queries/insert_event_code.sql"), &self.event_codes),
            (include_str!("queries/insert_confidentiality.sql"), &self.confidentiality),
        ];
        for (insert, values) in children {
            self.write_child(session, patient, insert, values).await?;
        }
        Ok(())
    }

    /// Writes every child row again.
    pub(crate) async fn rewrite_children(
        &self,
        session: &mut Session<'_>,
        patient: &PatientKey,
    ) -> Result<(), Failure> {
        for delete in [
            "DELETE FROM entry_author_person WHERE patient_key = $1 AND document = $2",
            "DELETE FROM entry_author_structure WHERE patient_key = $1 AND document = $2",
            "DELETE FROM entry_event_code WHERE patient_key = $1 AND document = $2",
            "DELETE FROM entry_confidentiality WHERE patient_key = $1 AND document = $2",
        ] {
            let delete = sqlx::query(delete).bind(patient.as_slice());
            session.run(delete.bind(self.document.as_bytes().as_slice())).await?;
        }
        self.write_children(session, patient).await
    }

    /// Writes the codes of confidentiality again: what alone changes once an entry is stored.
    pub(crate) async fn rewrite_confidentiality(
        &self,
        session: &mut Session<'_>,
        patient: &PatientKey,
    ) -> Result<(), Failure> {
        let delete =
            sqlx::query("DELETE FROM entry_confidentiality WHERE patient_key = $1 AND document = $2")
                .bind(patient.as_slice())
                .bind(self.document.as_bytes().as_slice());
        session.run(delete).await?;
        let insert = include_str!("queries/insert_confidentiality.sql");
        self.write_child(session, patient, insert, &self.confidentiality).await
    }

    async fn write_child(
        &self,
        session: &mut Session<'_>,
        patient: &PatientKey,
        insert: &'static str,
        values: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        for value in values {
            let statement = sqlx::query(insert)
                .bind(patient.as_slice())
                .bind(self.document.as_bytes().as_slice())
                .bind(value.as_str());
            session.run(statement).await?;
        }
        Ok(())
    }
}

/// An author person as a column: a professional's identifier as it is, a matricule by its blind index.
pub(crate) fn person_key(keys: &Keys, id: &str) -> String {
    if !is_patient_id(id) {
        return id.to_owned();
    }
    let index = keys.index(Space::Author, id.as_bytes());
    index.iter().fold(String::from("blind:"), |text, byte| format!("{text}{byte:02x}"))
}

/// A status as written in the column.
pub(crate) const fn status_name(status: Availability) -> &'static str {
    match status {
        Availability::Approved => "approved",
        Availability::Deprecated => "deprecated",
        Availability::Archived => "archived",
        Availability::Deleted => "deleted",
    }
}

/// The kind of an entry as written in the column.
pub(crate) const fn kind_name(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Stable => "stable",
        EntryKind::OnDemand => "on-demand",
    }
}

/// Reads the column.
pub(crate) fn kind_of(name: &str) -> Result<EntryKind, Unsound> {
    let found = EntryKind::ALL.into_iter().find(|kind| kind_name(*kind) == name);
    found.ok_or(Unsound("an unknown kind of entry"))
}

/// Reads the column.
pub(crate) fn status_of(name: &str) -> Result<Availability, Unsound> {
    Availability::ALL
        .into_iter()
        .find(|status| status_name(*status) == name)
        .ok_or(Unsound("an unknown status of an entry"))
}

fn keys_of(codes: &[Code]) -> BTreeSet<String> {
    codes.iter().map(code_key).collect()
}
