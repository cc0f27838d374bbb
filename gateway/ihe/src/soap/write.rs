//! Envelopes as this gateway writes them: answers, faults, and the requests of a client.

use xml::{Limits as XmlLimits, Writer, XmlError};

use super::names::{ANONYMOUS, FAULT_ACTION, WSA};
use super::{Envelope, Fault, FaultCode, Version};
use crate::mtom::{self, Attachment, Outbound};
use crate::{Response, Transaction};

/// A message to send: the request of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Content-Type.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// The answer to `envelope`: it has the action of the transaction's answer, relates to its MessageID, and is
/// packaged as MTOM when the request was or the transaction always answers so.
pub(crate) fn answer(envelope: &Envelope, message_id: &str, body: impl FnOnce(&mut Writer)) -> Response {
    answer_with(envelope, message_id, Vec::new(), body)
}

/// The same with parts, which are left out where the answer is not packaged.
pub(crate) fn answer_with(
    envelope: &Envelope,
    message_id: &str,
    parts: Vec<Outbound>,
    body: impl FnOnce(&mut Writer),
) -> Response {
    let action = envelope.transaction.answer_action();
    let mut writer = start(envelope.version);
    writer.element("soap:Header", |header| {
        addressing(header, &action, Some(message_id), envelope.message_id.as_deref());
    });
    writer.element("soap:Body", body);
    let mtom = envelope.mtom || envelope.transaction.answers_in_mtom();
    let (content_type, body, rest) = if mtom {
        mtom::package_outbound(envelope.version, &action, &writer.finish(), parts)
    } else {
        let message = packaged(envelope.version, false, &action, &writer.finish(), &[]);
        (message.content_type, message.body, Vec::new())
    };
    Response { status: 200, content_type, body, rest, cause: None, remark: None }
}

/// The answer that carries a fault. `envelope` is the request when it could be opened.
pub fn fault(envelope: Option<&Envelope>, fault: &Fault) -> Response {
    let relates_to = match envelope {
        Some(envelope) => envelope.message_id.as_deref(),
        None => fault.relates_to.as_deref(),
    };
    let version = envelope.map_or(fault.version, |envelope| envelope.version);
    let mut writer = start(version);
    writer.element("soap:Header", |header| {
        addressing(header, FAULT_ACTION, None, relates_to);
        if version == Version::Soap11 {
            return;
        }
        if fault.code == FaultCode::VersionMismatch {
            header.element("soap:Upgrade", |upgrade| {
                upgrade.start("soap:SupportedEnvelope").attr("qname", "soap:Envelope").end();
            });
        }
        for (namespace, name) in fault.not_understood.iter() {
            let (qname, prefix) = match namespace.is_empty() {
                true => (name.clone(), None),
                false => (format!("block:{name}"), Some(namespace.as_str())),
            };
            header.start("soap:NotUnderstood").attr("qname", &qname).attr_if("xmlns:block", prefix).end();
        }
    });
    writer.element("soap:Body", |body| match version {
        Version::Soap12 => write_fault(body, fault),
        Version::Soap11 => write_fault_in_soap11(body, fault),
    });
    let mtom = envelope.map_or(fault.mtom, |envelope| envelope.mtom);
    let message = packaged(version, mtom, FAULT_ACTION, &writer.finish(), &[]);
    let status = match version {
        Version::Soap12 => fault.code.status(),
        // SOAP 1.1 §6.2: a fault is always a 500.
        Version::Soap11 => 500,
    };
    let (content_type, body) = (message.content_type, message.body);
    Response { status, content_type, body, rest: Vec::new(), cause: None, remark: None }
}

fn write_fault(body: &mut Writer, fault: &Fault) {
    body.element("soap:Fault", |writer| {
        writer.start("soap:Code").leaf("soap:Value", &format!("soap:{}", fault.code.name()));
        for subcode in &fault.subcodes {
            writer.start("soap:Subcode").start("soap:Value");
            if subcode.prefix != "wsa" {
                writer.attr(&format!("xmlns:{}", subcode.prefix), subcode.namespace);
            }
            writer.text(&format!("{}:{}", subcode.prefix, subcode.local)).end();
        }
        for _ in &fault.subcodes {
            writer.end();
        }
        writer.end();
        writer.element("soap:Reason", |reason| {
            for (language, text) in [("fr", fault.french()), ("en", fault.english())] {
                reason.start("soap:Text").attr("xml:lang", language).text(&text).end();
            }
        });
    });
}

/// SOAP 1.1 has one code: the innermost there is (WS-Addressing 1.0 SOAP binding §6.1, WS-Security §12). Its reason
/// has one language; the other follows behind a stroke.
fn write_fault_in_soap11(body: &mut Writer, fault: &Fault) {
    body.element("soap:Fault", |writer| {
        writer.start("faultcode");
        match fault.subcodes.last() {
            Some(code) if code.prefix == "wsa" => {
                writer.text(&format!("wsa:{}", code.local));
            }
            Some(code) => {
                writer.attr(&format!("xmlns:{}", code.prefix), code.namespace);
                writer.text(&format!("{}:{}", code.prefix, code.local));
            }
            None => {
                writer.text(&format!("soap:{}", fault.code.name_in_soap11()));
            }
        }
        let reason = format!("{} | {}", fault.french(), fault.english());
        writer.end().start("faultstring").attr("xml:lang", "fr").text(&reason).end();
    });
}

/// A client's request as one envelope. `security` is a whole `wsse:Security` element, copied in canonical form, so
/// that a signature inside keeps its value; `body` is the request element.
///
/// # Errors
/// [`XmlError`] when `security` or `body` is not one well-formed element.
pub fn request_envelope(
    action: &str,
    to: &str,
    message_id: &str,
    security: Option<&str>,
    body: &str,
) -> Result<String, XmlError> {
    let mut writer = start(Version::Soap12);
    writer.start("soap:Header");
    addressing(&mut writer, action, Some(message_id), None);
    writer.element("wsa:ReplyTo", |reply| {
        reply.leaf("wsa:Address", ANONYMOUS);
    });
    writer.start("wsa:To").attr("soap:mustUnderstand", "1").text(to).end();
    if let Some(security) = security {
        insert(&mut writer, security)?;
    }
    writer.end().start("soap:Body");
    insert(&mut writer, body)?;
    Ok(writer.finish())
}

/// A client's request, packaged as the transaction wants it.
///
/// # Errors
/// As [`request_envelope`].
pub fn message(
    transaction: Transaction,
    to: &str,
    message_id: &str,
    security: Option<&str>,
    body: &str,
    attachments: &[Attachment],
) -> Result<Message, XmlError> {
    let envelope = request_envelope(transaction.action(), to, message_id, security, body)?;
    Ok(packaged(Version::Soap12, transaction.answers_in_mtom(), transaction.action(), &envelope, attachments))
}

const LONGEST_INSERTION: usize = 64 << 20;

fn insert(writer: &mut Writer, element: &str) -> Result<(), XmlError> {
    let limits = XmlLimits { bytes: LONGEST_INSERTION, ..XmlLimits::default() };
    let document = xml::parse(element.as_bytes(), &limits)?;
    writer.insert(&document, LONGEST_INSERTION).map_err(|_| XmlError::TooLarge)?;
    Ok(())
}

fn start(version: Version) -> Writer {
    let mut writer = Writer::with_declaration();
    writer.start("soap:Envelope").attr("xmlns:soap", version.namespace()).attr("xmlns:wsa", WSA);
    writer
}

fn addressing(header: &mut Writer, action: &str, message_id: Option<&str>, relates_to: Option<&str>) {
    header.start("wsa:Action").attr("soap:mustUnderstand", "1").text(action).end();
    if let Some(message_id) = message_id {
        header.leaf("wsa:MessageID", message_id);
    }
    if let Some(relates_to) = relates_to {
        header.leaf("wsa:RelatesTo", relates_to);
    }
}

fn packaged(
    version: Version,
    mtom: bool,
    action: &str,
    envelope: &str,
    attachments: &[Attachment],
) -> Message {
    if mtom {
        let (content_type, body) = mtom::package_as(version, action, envelope, attachments);
        return Message { content_type, body };
    }
    let content_type = match version {
        Version::Soap12 => format!("application/soap+xml; charset=UTF-8; action=\"{action}\""),
        Version::Soap11 => String::from("text/xml; charset=UTF-8"),
    };
    Message { content_type, body: envelope.as_bytes().to_vec() }
}
