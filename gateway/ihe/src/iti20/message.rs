//! `AuditMessage` of an event of the journal.

use journey::{AuditEntry, AuditedDocument, HistoryLine};
use mappings::{AuditObject, AuditShape, AuditedTransaction, Flow, Mappings};
use xml::Writer;

use super::{AuditSource, Wire, objects, participants};

/// The coding scheme of our own codes.
pub(super) const OWN: &str = "Passerelle";
/// TRE_R248.
const ACCESS_MODES: &str = "1.2.250.1.213.1.1.4.336";

/// An event with what the tables say of it.
pub(super) struct Subject<'a> {
    pub(super) source: &'a AuditSource,
    pub(super) entry: &'a AuditEntry,
    pub(super) shape: Option<&'a AuditShape>,
    pub(super) transaction: Option<&'a AuditedTransaction>,
    /// What is known of the request beside the journal.
    pub(super) wire: Option<&'a Wire>,
}

impl<'a> Subject<'a> {
    pub(super) fn of(mappings: &'a Mappings, source: &'a AuditSource, entry: &'a AuditEntry) -> Self {
        let line = &entry.line;
        Subject {
            source,
            entry,
            shape: mappings.audit.shape(&line.transaction, &line.act),
            transaction: mappings.audit.transaction(&line.transaction),
            wire: None,
        }
    }

    pub(super) fn line(&self) -> &'a HistoryLine {
        &self.entry.line
    }

    /// In a minor's secret connection: what leads to the record stays in the house.
    pub(super) fn is_secret(&self) -> bool {
        self.line().lineage.secret
    }

    pub(super) fn lists(&self, object: AuditObject) -> bool {
        self.shape.is_some_and(|shape| shape.objects.contains(&object))
    }

    /// The documents that a message lists.
    pub(super) fn documents(&self) -> &'a [AuditedDocument] {
        let listed = [AuditObject::Documents, AuditObject::Removed, AuditObject::Entries];
        let lists = listed.into_iter().any(|object| self.lists(object));
        if lists && !self.is_secret() { &self.entry.documents } else { &[] }
    }

    pub(super) fn flows_out(&self) -> bool {
        self.shape.is_some_and(|shape| shape.flow == Flow::Out)
    }

    /// EventTypeCode: the transaction, or the act where it belongs to none.
    pub(super) fn kind(&self) -> (&'a str, &'a str, &'a str) {
        match (self.transaction, self.shape) {
            (Some(known), _) => (&self.line().transaction, &known.system, &known.name),
            (None, Some(shape)) if !shape.name.is_empty() => (&self.line().act, OWN, &shape.name),
            (None, _) => (&self.line().act, OWN, &self.line().act),
        }
    }
}

/// Writes one message about these of its documents.
pub(super) fn write(subject: &Subject<'_>, documents: &[AuditedDocument]) -> String {
    let mut writer = Writer::with_declaration();
    writer.element("AuditMessage", |inside| {
        identification(inside, subject);
        participants::write(inside, subject);
        source(inside, subject.source);
        objects::write(inside, subject, documents);
    });
    writer.finish()
}

/// `EventIdentification`.
fn identification(writer: &mut Writer, subject: &Subject<'_>) {
    let line = subject.line();
    let action = subject.shape.map_or("E", |shape| shape.action.as_str());
    let (outcome, why) = outcome(line);
    writer.element("EventIdentification", |inside| {
        inside
            .attr("EventActionCode", action)
            .attr("EventDateTime", &line.at.iso())
            .attr("EventOutcomeIndicator", outcome);
        if let Some(shape) = subject.shape {
            code(inside, "EventID", (&shape.event.0, "DCM", &shape.event.1));
        }
        code(inside, "EventTypeCode", subject.kind());
        if let Some(why) = why {
            inside.leaf("EventOutcomeDescription", &why);
        }
        if !line.mode.is_empty() {
            code(inside, "PurposeOfUse", (&line.mode, ACCESS_MODES, &line.mode));
        }
    });
}

/// Done, minor failure (nothing there) or serious failure, and the names of the rules that refused.
fn outcome(line: &HistoryLine) -> (&'static str, Option<String>) {
    match (line.refused.is_empty(), line.absent) {
        (false, _) => ("8", Some(line.refused.join(", "))),
        (true, true) => ("4", Some("absent".to_owned())),
        (true, false) => ("0", None),
    }
}

/// `AuditSourceIdentification`: an application server process (RFC 3881 §5.4.3).
pub(super) fn source(writer: &mut Writer, source: &AuditSource) {
    writer.element("AuditSourceIdentification", |inside| {
        inside.attr_if("AuditEnterpriseSiteID", source.site.as_deref()).attr("AuditSourceID", &source.id);
        code(inside, "AuditSourceTypeCode", ("4", "DCM", "Application Server process or thread"));
    });
}

/// A coded value: code, coding scheme, name.
pub(super) fn code(writer: &mut Writer, element: &str, (value, system, name): (&str, &str, &str)) {
    writer.element(element, |inside| {
        inside.attr("csd-code", value).attr("codeSystemName", system).attr("originalText", name);
    });
}
