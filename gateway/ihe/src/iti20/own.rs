//! What the gateway says of itself: that it started, that it stops, that a caller was not recognised. No record is
//! concerned, and the journal has no such event.

use mappings::Mappings;
use model::{EntryUuid, Moment};
use xml::Writer;

use super::AuditSource;
use super::message::{code, source};
use super::participants::{client, gateway};

/// An event without a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnEvent {
    /// The gateway serves from now on (110100, 110120).
    Started,
    /// It serves no longer (110100, 110121).
    Stopped,
    /// Callers were not recognised (110114).
    NotAuthenticated {
        /// `ITI-40` for an assertion, `ITI-72` for a token.
        transaction: &'static str,
        /// The names of the rules that refused, of the last one.
        rules: Vec<String>,
        /// The request, of the last one.
        request: String,
        /// How many this stands for.
        times: u64,
    },
}

impl OwnEvent {
    /// Its message.
    pub fn message(&self, mappings: &Mappings, of: &AuditSource, id: EntryUuid, at: Moment) -> String {
        let mut writer = Writer::with_declaration();
        writer.element("AuditMessage", |inside| {
            match self {
                OwnEvent::Started => activity(inside, of, at, ("110120", "DCM", "Application Start")),
                OwnEvent::Stopped => activity(inside, of, at, ("110121", "DCM", "Application Stop")),
                OwnEvent::NotAuthenticated { transaction, rules, .. } => {
                    let known = mappings.audit.transaction(transaction);
                    let (system, name) = known.map_or(("", ""), |known| (&known.system, &known.name));
                    let event = ("110114", "DCM", "User Authentication");
                    let kind = (*transaction, system, name);
                    identification(inside, at, event, kind, Some(&rules.join(", ")));
                    client(inside, None, None, ("110153", "DCM", "Source Role ID"));
                    let path = known.map_or("", |known| known.path.as_str());
                    gateway(inside, of, path, ("110152", "DCM", "Destination Role ID"));
                }
            }
            source(inside, of);
            self.itself(inside, id);
        });
        writer.finish()
    }

    /// The event, under its id.
    fn itself(&self, writer: &mut Writer, id: EntryUuid) {
        use base64::Engine as _;
        let details = match self {
            OwnEvent::Started | OwnEvent::Stopped => Vec::new(),
            OwnEvent::NotAuthenticated { request, times, .. } => {
                vec![("request", request.clone()), ("times", times.to_string())]
            }
        };
        writer.element("ParticipantObjectIdentification", |inside| {
            inside
                .attr("ParticipantObjectID", &id.bare())
                .attr("ParticipantObjectTypeCode", "4")
                .attr("ParticipantObjectTypeCodeRole", "13");
            code(
                inside,
                "ParticipantObjectIDTypeCode",
                ("event", super::message::OWN, "Event of the gateway"),
            );
            for (name, value) in &details {
                let value = base64::engine::general_purpose::STANDARD.encode(value);
                inside.start("ParticipantObjectDetail").attr("type", name).attr("value", &value).end();
            }
        });
    }
}

fn activity(writer: &mut Writer, of: &AuditSource, at: Moment, kind: (&str, &str, &str)) {
    identification(writer, at, ("110100", "DCM", "Application Activity"), kind, None);
    gateway(writer, of, "", ("110150", "DCM", "Application"));
}

fn identification(
    writer: &mut Writer,
    at: Moment,
    event: (&str, &str, &str),
    kind: (&str, &str, &str),
    refused: Option<&str>,
) {
    writer.element("EventIdentification", |inside| {
        inside
            .attr("EventActionCode", "E")
            .attr("EventDateTime", &at.iso())
            .attr("EventOutcomeIndicator", if refused.is_some() { "8" } else { "0" });
        code(inside, "EventID", event);
        code(inside, "EventTypeCode", kind);
        if let Some(refused) = refused {
            inside.leaf("EventOutcomeDescription", refused);
        }
    });
}
