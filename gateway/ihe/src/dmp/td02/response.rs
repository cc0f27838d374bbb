//! `PRPA_IN201308UV02`: found with the caller's own state, not found, or refused.

use journey::{Existence, OwnAuthorisation};
use mappings::{DmpCodes, DmpConcept};
use model::{Code, Identity, Sex, Stage};
use xml::Writer;

use super::detail_type;
use super::request::{Echo, Id};
use crate::dmp::names::{CLOSED, FOUND, GENDERS, HL7, INTERACTIONS, XSI};
use crate::registry::RegistryError;
use crate::soap::answer;
use crate::{Envelope, Response};

/// What every answer is made with.
pub(crate) struct Frame<'a> {
    /// The id of this message, a UUID.
    pub(crate) id: &'a str,
    /// Now, as HL7 writes it.
    pub(crate) at: &'a str,
    /// The OID of this gateway.
    pub(crate) here: &'a str,
    /// What is repeated of the question.
    pub(crate) asked: &'a Echo,
    /// The request.
    pub(crate) envelope: &'a Envelope,
    /// What the DMP codes in its own systems.
    pub(crate) codes: &'a DmpCodes,
    /// `wsa:MessageID` of the answer.
    pub(crate) message_id: &'a str,
}

/// How it ended.
pub(crate) enum Outcome<'a> {
    /// The record is there.
    Found(&'a Existence),
    /// It is not there, for whatever reason.
    NotFound,
    /// Refused: an error of the query, or of the application.
    Refused {
        /// The stage that refused.
        stage: Stage,
        /// Why.
        errors: &'a [RegistryError],
    },
}

impl Outcome<'_> {
    /// HL7 v3 AcknowledgementType.
    const fn acknowledgement(&self) -> &'static str {
        match self {
            Outcome::Found(_) | Outcome::NotFound => "AA",
            Outcome::Refused { .. } => "AE",
        }
    }

    /// HL7 v3 QueryResponse.
    const fn response(&self) -> &'static str {
        match self {
            Outcome::Found(_) => "OK",
            Outcome::NotFound => "NF",
            Outcome::Refused { stage: Stage::Request, .. } => "QE",
            Outcome::Refused { .. } => "AE",
        }
    }
}

/// Writes the answer.
pub(crate) fn write(frame: &Frame<'_>, outcome: &Outcome<'_>) -> Response {
    answer(frame.envelope, frame.message_id, |body| {
        body.start("PRPA_IN201308UV02")
            .attr("xmlns", HL7)
            .attr("xmlns:xsi", XSI)
            .attr("ITSVersion", "XML_1.0");
        body.start("id").attr("root", frame.id).end();
        body.start("creationTime").attr("value", frame.at).end();
        body.start("interactionId").attr("root", INTERACTIONS).attr("extension", "PRPA_IN201308UV02").end();
        code(body, "processingCode", "P");
        code(body, "processingModeCode", "T");
        code(body, "acceptAckCode", "NE");
        device(body, "receiver", "RCV", frame.asked.sender.as_ref(), frame.asked.software.as_deref());
        let own = Id { root: frame.here.to_owned(), extension: None };
        device(body, "sender", "SND", Some(&own), Some("Passerelle"));
        if let Outcome::Found(existence) = outcome {
            attention(body, frame.codes, existence);
        }
        acknowledgement(body, frame.asked, outcome);
        control_act(body, frame, outcome);
        body.end();
    })
}

fn code(writer: &mut Writer, name: &str, value: &str) {
    writer.start(name).attr("code", value).end();
}

/// An instance identifier; what was not sent is not known.
fn id(writer: &mut Writer, name: &str, id: Option<&Id>) {
    writer.start(name);
    match id {
        Some(id) => writer.attr("root", &id.root).attr_if("extension", id.extension.as_deref()),
        None => writer.attr("nullFlavor", "UNK"),
    };
    writer.end();
}

fn device(writer: &mut Writer, name: &str, kind: &str, device: Option<&Id>, software: Option<&str>) {
    writer.start(name).attr("typeCode", kind);
    writer.start("device").attr("classCode", "DEV").attr("determinerCode", "INSTANCE");
    id(writer, "id", device);
    if let Some(software) = software {
        writer.leaf("softwareName", software);
    }
    writer.end().end();
}

/// How the caller stands to the record: not with administrative data, which are about the holder.
fn attention(writer: &mut Writer, codes: &DmpCodes, existence: &Existence) {
    if existence.oppositions.is_some() {
        return;
    }
    let state = match existence.authorisation {
        OwnAuthorisation::Valid => DmpConcept::AuthorisationValid,
        OwnAuthorisation::Expired => DmpConcept::AuthorisationExpired,
        OwnAuthorisation::Missing => DmpConcept::AuthorisationMissing,
        OwnAuthorisation::Forbidden => DmpConcept::AuthorisationForbidden,
    };
    writer.start("attentionLine");
    coded(writer.start("keyWordText"), codes.of(DmpConcept::KeyAuthorisation)).end();
    coded(writer.start("value").attr("xsi:type", "CV"), codes.of(state)).end().end();
    writer.start("attentionLine");
    coded(writer.start("keyWordText"), codes.of(DmpConcept::KeyTreating)).end();
    flag(writer, existence.treating_physician);
    writer.end();
}

fn coded<'w>(writer: &'w mut Writer, code: &Code) -> &'w mut Writer {
    writer.attr("code", &code.value).attr("codeSystem", &code.system)
}

fn flag(writer: &mut Writer, value: bool) {
    writer.start("value").attr("xsi:type", "BL").attr("value", if value { "true" } else { "false" }).end();
}

fn acknowledgement(writer: &mut Writer, echo: &Echo, outcome: &Outcome<'_>) {
    writer.start("acknowledgement").attr("typeCode", outcome.acknowledgement());
    writer.start("targetMessage");
    id(writer, "id", echo.message.as_ref());
    writer.end();
    match outcome {
        Outcome::Found(existence) => {
            writer.start("acknowledgementDetail").attr("typeCode", "I");
            code(writer, "code", if existence.is_open() { FOUND } else { CLOSED });
            writer.end();
        }
        Outcome::NotFound => {}
        Outcome::Refused { errors, .. } => {
            for error in *errors {
                writer.start("acknowledgementDetail").attr("typeCode", detail_type(error.severity));
                code(writer, "code", &error.code);
                writer.leaf("text", &error.context);
                if !error.location.is_empty() {
                    writer.leaf("location", &error.location);
                }
                writer.end();
            }
        }
    }
    writer.end();
}

fn control_act(writer: &mut Writer, frame: &Frame<'_>, outcome: &Outcome<'_>) {
    writer.start("controlActProcess").attr("classCode", "CACT").attr("moodCode", "EVN");
    let reason = frame.codes.of(match frame.asked.administrative {
        true => DmpConcept::ReasonAdministrative,
        false => DmpConcept::ReasonExistence,
    });
    coded(writer.start("reasonCode"), reason).attr_if("displayName", reason.label.as_deref()).end();
    if let Outcome::Found(existence) = outcome {
        subject(writer, existence, frame);
    }
    writer.start("queryAck");
    id(writer, "queryId", frame.asked.query.as_ref());
    code(writer, "queryResponseCode", outcome.response());
    writer.end().end();
}

fn subject(writer: &mut Writer, existence: &Existence, frame: &Frame<'_>) {
    writer.start("subject").attr("typeCode", "SUBJ").attr("contextConductionInd", "false");
    writer.start("registrationEvent").attr("classCode", "REG").attr("moodCode", "EVN");
    code(writer, "statusCode", "completed");
    writer.start("subject1").attr("typeCode", "SBJ").start("patient").attr("classCode", "PAT");
    let ins = &existence.identity.ins;
    writer.start("id").attr("root", ins.domain().oid()).attr("extension", ins.number()).end();
    code(writer, "statusCode", if existence.is_open() { "active" } else { "terminated" });
    person(writer, &existence.identity);
    if let Some(oppositions) = existence.oppositions {
        let code = |concept| frame.codes.of(concept);
        opposition(writer, code(DmpConcept::OppositionBreakGlass), oppositions.break_glass);
        opposition(writer, code(DmpConcept::OppositionCentre15), oppositions.centre_15);
    }
    writer.end().end();
    writer.start("custodian").attr("typeCode", "CST").start("assignedEntity").attr("classCode", "ASSIGNED");
    writer.start("id").attr("root", frame.here).end().end().end();
    writer.end().end();
}

fn person(writer: &mut Writer, identity: &Identity) {
    writer.start("patientPerson").attr("classCode", "PSN").attr("determinerCode", "INSTANCE");
    writer.start("name").leaf("given", &identity.given);
    writer.start("family").attr("qualifier", "BR").text(&identity.birth_family).end();
    if let Some(used) = &identity.used_family {
        writer.start("family").attr("qualifier", "SP").text(used).end();
    }
    writer.end();
    let gender = match identity.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unknown => "UN",
    };
    writer.start("administrativeGenderCode").attr("code", gender).attr("codeSystem", GENDERS).end();
    writer.start("birthTime").attr("value", identity.birth_date.as_str()).end().end();
}

fn opposition(writer: &mut Writer, code: &Code, opposed: bool) {
    writer.start("subjectOf").attr("typeCode", "SBJ");
    writer.start("administrativeObservation").attr("classCode", "OBS").attr("moodCode", "EVN");
    coded(writer.start("code"), code).end();
    flag(writer, opposed);
    writer.end().end();
}
