//! Find Document References: parameters to query (IHE MHD 4.2.4 §2:3.67, PDSm 3.1.1 flux 05b).

use mappings::{Mappings, ValueSet};
use model::{Availability, Code, DocumentQuery, EntryUuid, Finding, Scope};

use super::codes::{codes, narrow};
use super::parameters::{MOST, USUAL};
use crate::page;
use crate::search::token::tokens;
use crate::search::{date, refuse};

/// The names of the parameter that gives the patient by our id, and of the one that gives the INS.
pub(super) const PATIENT: [&str; 2] = ["patient", "patient:Patient"];
pub(super) const INS: [&str; 3] = ["patient.identifier", "patient:identifier", "patient:Patient.identifier"];

/// What reading needs beside the parameters.
pub(crate) struct Frame<'a> {
    pub(crate) mappings: &'a Mappings,
    /// Base URL of this door.
    pub(crate) base: &'a str,
    /// The French pack: a uniqueId is an OID, so a UUID is an entryUUID.
    pub(crate) french: bool,
    /// `Prefer: handling=strict`.
    pub(crate) strict: bool,
}

/// A search as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The query; its patient is the one given by INS.
    pub(crate) query: DocumentQuery,
    /// The patient given by our id, to be resolved.
    pub(crate) patient_id: Option<EntryUuid>,
    /// Parameters read past.
    pub(crate) ignored: Vec<String>,
    /// The sealed state of a page link.
    pub(crate) page: Option<String>,
}

/// Reads the parameters, or tells everything that is wrong with them.
pub(crate) fn read(given: &[(String, String)], frame: &Frame<'_>) -> Result<Asked, Vec<Finding>> {
    let mut reader = Reader {
        frame,
        query: DocumentQuery::new(None, Scope::Find),
        patient_id: None,
        statuses: None,
        archived: None,
        ignored: Vec::new(),
        page: None,
        findings: Vec::new(),
    };
    reader.query.paging.count = Some(USUAL);
    for (name, value) in given {
        if let Err(finding) = reader.parameter(name, value) {
            reader.findings.push(*finding);
        }
    }
    reader.finish()
}

pub(super) struct Reader<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) query: DocumentQuery,
    pub(super) patient_id: Option<EntryUuid>,
    statuses: Option<Vec<Availability>>,
    archived: Option<bool>,
    ignored: Vec<String>,
    page: Option<String>,
    findings: Vec<Finding>,
}

pub(super) type Read = Result<(), Box<Finding>>;

pub(super) fn no(parameter: &str, fr: &str, en: &str) -> Read {
    Err(Box::new(refuse(parameter, fr, en)))
}

impl Reader<'_> {
    fn parameter(&mut self, name: &str, value: &str) -> Read {
        match name {
            "_id" => self.ids(value),
            name if PATIENT.contains(&name) => self.patient(value),
            name if INS.contains(&name) => self.patient_identifier(name, value),
            "status" => self.status(value),
            "isArchived" => self.archived(value),
            "identifier" => self.identifiers(value),
            "type" => self.codes(name, value, ValueSet::DocumentType, |query| &mut query.types),
            "category" => self.codes(name, value, ValueSet::DocumentClass, |query| &mut query.classes),
            "setting" => {
                self.codes(name, value, ValueSet::PracticeSetting, |query| &mut query.practice_settings)
            }
            "facility" => self.codes(name, value, ValueSet::FacilityType, |query| &mut query.facility_types),
            "format" => self.codes(name, value, ValueSet::Format, |query| &mut query.formats),
            "security-label" => {
                let codes = codes(name, value, Some(ValueSet::Confidentiality), self.frame.mappings)?;
                self.query.confidentiality.push(codes);
                Ok(())
            }
            "event" => {
                let codes = codes(name, value, None, self.frame.mappings)?;
                self.query.events.push(codes);
                Ok(())
            }
            "date" | "creation" | "period" | "period-start" | "period-end" => self.date(name, value),
            "_count" => self.count(value),
            page::PARAMETER => {
                self.page = Some(value.to_owned());
                Ok(())
            }
            "_format" | "_pretty" => Ok(()),
            other if other.contains(':') => no(
                other,
                "modificateur non pris en charge pour ce paramètre",
                "modifier not supported for this parameter",
            ),
            other if self.frame.strict => {
                no(other, "paramètre non pris en charge", "parameter not supported")
            }
            other => {
                self.ignored.push(other.to_owned());
                Ok(())
            }
        }
    }

    fn status(&mut self, value: &str) -> Read {
        let mut wanted = Vec::new();
        for token in tokens(value) {
            match token.code.as_str() {
                "current" => wanted.extend([Availability::Approved, Availability::Archived]),
                "superseded" => wanted.push(Availability::Deprecated),
                _ => {
                    return no(
                        "status",
                        "valeurs attendues : current, superseded",
                        "expected values: current, superseded",
                    );
                }
            }
        }
        match &mut self.statuses {
            Some(statuses) => statuses.retain(|status| wanted.contains(status)),
            None => self.statuses = Some(wanted),
        }
        Ok(())
    }

    fn archived(&mut self, value: &str) -> Read {
        self.archived = match value {
            "true" => Some(true),
            "false" => Some(false),
            _ => return no("isArchived", "valeurs attendues : true, false", "expected values: true, false"),
        };
        Ok(())
    }

    fn codes(
        &mut self,
        name: &str,
        value: &str,
        set: ValueSet,
        of: fn(&mut DocumentQuery) -> &mut Vec<Code>,
    ) -> Read {
        let more = codes(name, value, Some(set), self.frame.mappings)?;
        narrow(of(&mut self.query), more);
        Ok(())
    }

    fn date(&mut self, name: &str, value: &str) -> Read {
        // A "+" of a zone that was not encoded arrives as a space.
        let Some(value) = date::read(&value.replace(' ', "+")) else {
            return no(
                name,
                "date attendue : AAAA[-MM[-JJ[Thh:mm[:ss]fuseau]]], précédée ou non de eq, ge, gt, le, lt, sa ou eb",
                "expected a date: YYYY[-MM[-DD[Thh:mm[:ss]zone]]], with or without eq, ge, gt, le, lt, sa or eb",
            );
        };
        let query = &mut self.query;
        match name {
            "period" => value.narrow_period(&mut query.service_start, &mut query.service_stop),
            "period-start" => value.narrow(&mut query.service_start),
            "period-end" => value.narrow(&mut query.service_stop),
            _ => value.narrow(&mut query.creation),
        }
        Ok(())
    }

    fn count(&mut self, value: &str) -> Read {
        match value.parse::<u32>() {
            Ok(count) => {
                self.query.paging.count = Some(count.min(MOST));
                Ok(())
            }
            Err(_) => no(
                "_count",
                "nombre attendu ; 0 : le total seul, au plus 200",
                "expected a number; 0: the total only, at most 200",
            ),
        }
    }

    fn finish(mut self) -> Result<Asked, Vec<Finding>> {
        let named = self.query.scope != Scope::Find;
        if !named && self.query.patient.is_none() && self.patient_id.is_none() {
            self.findings.push(refuse(
                "patient",
                "paramètre obligatoire : patient ou patient.identifier",
                "required parameter: patient or patient.identifier",
            ));
        }
        let every = [Availability::Approved, Availability::Archived, Availability::Deprecated];
        let mut statuses = match (self.statuses, named) {
            (Some(statuses), _) => statuses,
            (None, true) => every.to_vec(),
            (None, false) => {
                self.findings.push(refuse(
                    "status",
                    "paramètre obligatoire : status=current, superseded ou les deux",
                    "required parameter: status=current, superseded or both",
                ));
                every.to_vec()
            }
        };
        if let Some(archived) = self.archived {
            statuses.retain(|status| (*status == Availability::Archived) == archived);
        }
        if statuses.is_empty() {
            self.findings.push(refuse(
                "status",
                "aucun document ne peut avoir à la fois ces status et isArchived",
                "no document can have these status and isArchived at once",
            ));
        }
        self.query.status = statuses;
        match self.findings.is_empty() {
            true => Ok(Asked {
                query: self.query,
                patient_id: self.patient_id,
                ignored: self.ignored,
                page: self.page,
            }),
            false => Err(self.findings),
        }
    }
}
