//! Opening a message: packaging, XML, SOAP version, headers, action. Everything refused here is a fault.

use bytes::{Bytes, BytesMut};
use model::Rule;
use xml::{Document, Element, XmlError};

use super::names::{SOAP11, SOAP12};
use super::{Fault, FaultCode, MediaType, Version};
use super::{addressing, charset};
use crate::mtom::{self, Opened, Part, Rest, Source, Unopened};
use crate::{Endpoint, Limits, Transaction};

/// An opened request of a known transaction.
#[derive(Debug)]
pub struct Envelope {
    document: Document,
    /// SOAP 1.2, but for the replay of old software.
    pub version: Version,
    /// The transaction that the action names.
    pub transaction: Transaction,
    /// `wsa:Action`.
    pub action: String,
    /// `wsa:MessageID` as sent, for `wsa:RelatesTo`.
    pub message_id: Option<String>,
    /// True when the message came as MTOM.
    pub mtom: bool,
    /// The MIME parts beside the root, transfer encodings decoded; none while they are still to be read.
    pub parts: Vec<Part>,
    /// True when parts are still to be read.
    pub arriving: bool,
    /// Bytes of documents in its answer after which no further one is added ([`crate::Limits::answer`]).
    pub longest_answer: u64,
}

impl Envelope {
    /// The whole document: a VIHF signature is verified on it.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// `soap:Header`, when there is one (an opened envelope has one: it holds the action).
    pub fn header(&self) -> Option<Element<'_>> {
        self.document.root().child(self.version.namespace(), "Header")
    }

    /// `soap:Body`.
    pub fn body(&self) -> Element<'_> {
        let root = self.document.root();
        root.child(self.version.namespace(), "Body").unwrap_or(root)
    }

    /// The only child of the Body: the transaction's request element.
    pub fn payload(&self) -> Element<'_> {
        let body = self.body();
        body.children().next().unwrap_or(body)
    }
}

/// Opens a message sent to `endpoint`.
///
/// # Errors
/// A [`Fault`] that says in words what is wrong: size, packaging, charset, XML, SOAP version, a header that
/// must be understood and is not, addressing, an action that is not offered here.
pub fn open(endpoint: Endpoint, content_type: &str, body: Bytes, limits: &Limits) -> Result<Envelope, Fault> {
    let media = MediaType::parse(content_type);
    let mtom = media.essence == "multipart/related";
    let soap11 = limits.soap_1_1 && announces_soap11(&media);
    let version = if soap11 { Version::Soap11 } else { Version::Soap12 };
    open_as(endpoint, &media, mtom, body, limits).map_err(|fault| Fault { mtom, version, ..fault })
}

fn open_as(
    endpoint: Endpoint,
    media: &MediaType,
    mtom: bool,
    body: Bytes,
    limits: &Limits,
) -> Result<Envelope, Fault> {
    if body.len() > limits.message {
        return Err(Fault::new(
            FaultCode::Sender,
            format!("message de plus de {} octets", limits.message),
            format!("message of more than {} bytes", limits.message),
        )
        .rule(Rule::MessageIsNotTooLarge));
    }
    if !mtom {
        let charset = check_simple(media, limits)?;
        return check(endpoint, charset::to_utf8(body, charset)?, Packed::Simple, limits);
    }
    check_package(media, limits)?;
    let package = mtom::read(&body, media, limits)?;
    let root = root_text(package.root, limits)?;
    check(endpoint, root, Packed::Whole(package.parts), limits)
}

/// Opens a message that is still coming in, from `source`: as [`open`], but of a message that is not small only the
/// root part is read, and what gives the rest comes with the envelope.
///
/// # Errors
/// As [`open`]; besides why the bytes did not come, and an envelope that is not the first part of a large message.
pub async fn receive<'s, S: Source>(
    endpoint: Endpoint,
    content_type: &str,
    source: &'s mut S,
    limits: &Limits,
) -> Result<(Envelope, Option<Rest<'s, S>>), Unopened> {
    let media = MediaType::parse(content_type);
    let mtom = media.essence == "multipart/related";
    let soap11 = limits.soap_1_1 && announces_soap11(&media);
    let version = if soap11 { Version::Soap11 } else { Version::Soap12 };
    receive_as(endpoint, &media, mtom, source, limits).await.map_err(|unopened| match unopened {
        Unopened::Fault(fault) => Unopened::Fault(Fault { mtom, version, ..fault }),
        finding @ Unopened::Finding(_) => finding,
    })
}

async fn receive_as<'s, S: Source>(
    endpoint: Endpoint,
    media: &MediaType,
    mtom: bool,
    source: &'s mut S,
    limits: &Limits,
) -> Result<(Envelope, Option<Rest<'s, S>>), Unopened> {
    if !mtom {
        let charset = check_simple(media, limits)?;
        let body = charset::to_utf8(simple_body(source, limits).await?, charset)?;
        return Ok((check(endpoint, body, Packed::Simple, limits)?, None));
    }
    check_package(media, limits)?;
    let Opened { root, parts, rest } = mtom::open(source, media, limits).await?;
    let packed = if rest.is_some() { Packed::Arriving } else { Packed::Whole(parts) };
    Ok((check(endpoint, root_text(root, limits)?, packed, limits)?, rest))
}

/// The envelope of simple SOAP, which is the whole body.
async fn simple_body<S: Source>(source: &mut S, limits: &Limits) -> Result<Bytes, Unopened> {
    let mut body = BytesMut::new();
    while let Some(bytes) = source.next().await? {
        if body.len().saturating_add(bytes.len()) > limits.xml.bytes {
            let most = limits.xml.bytes;
            let fault = Fault::unreadable(
                format!("enveloppe de plus de {most} octets : envoyer les documents en MTOM/XOP"),
                format!("envelope of more than {most} bytes: send the documents as MTOM/XOP"),
            );
            return Err(fault.rule(Rule::MessageIsNotTooLarge).into());
        }
        source.hold(bytes.len())?;
        body.extend_from_slice(&bytes);
    }
    Ok(body.freeze())
}

/// How the envelope came.
enum Packed {
    /// Alone.
    Simple,
    /// With all its parts.
    Whole(Vec<Part>),
    /// Before its parts.
    Arriving,
}

fn check(endpoint: Endpoint, envelope: Bytes, packed: Packed, limits: &Limits) -> Result<Envelope, Fault> {
    let document = xml::parse(&envelope, &limits.xml).map_err(unreadable_xml)?;
    let message_id = addressing::message_id(document.root());
    accept(document, endpoint, packed, message_id.clone(), limits)
        .map_err(|fault| Fault { relates_to: message_id.map(String::into_boxed_str), ..fault })
}

fn accept(
    document: Document,
    endpoint: Endpoint,
    packed: Packed,
    message_id: Option<String>,
    limits: &Limits,
) -> Result<Envelope, Fault> {
    let (mtom, arriving, parts) = match packed {
        Packed::Simple => (false, false, Vec::new()),
        Packed::Whole(parts) => (true, false, parts),
        Packed::Arriving => (true, true, Vec::new()),
    };
    let version = version(document.root(), limits)?;
    let (header, payload) = frame(version, document.root())?;
    addressing::check_understood(version, header)?;
    let action = addressing::read(header)?;
    let transaction = addressing::route(&action, endpoint)?;
    if transaction.demands_mtom() && !mtom {
        return Err(not_mtom(transaction));
    }
    let (namespace, name) = transaction.payload();
    if !payload.is(namespace, name) {
        return Err(Fault::unreadable(
            format!(
                "wsa:Action annonce {} : {{{namespace}}}{name} attendu dans soap:Body",
                transaction.name()
            ),
            format!(
                "wsa:Action announces {}: expected {{{namespace}}}{name} in soap:Body",
                transaction.name()
            ),
        ));
    }
    Ok(Envelope {
        document,
        version,
        transaction,
        action,
        message_id,
        mtom,
        parts,
        arriving,
        longest_answer: limits.answer,
    })
}

fn check_package(media: &MediaType, limits: &Limits) -> Result<(), Fault> {
    match media.parameter_essence("type").as_deref() {
        None | Some("application/xop+xml" | "application/soap+xml") => Ok(()),
        Some("text/xml") if limits.soap_1_1 => Ok(()),
        Some("text/xml") => Err(version_mismatch()),
        Some(_) => Err(unsupported()),
    }
}

/// The envelope in the root part, in UTF-8.
fn root_text(root: Part, limits: &Limits) -> Result<Bytes, Fault> {
    let Some(content_type) = &root.content_type else { return charset::to_utf8(root.bytes, None) };
    let media = MediaType::parse(content_type);
    let inner = media.parameter_essence("type");
    match (media.essence.as_str(), inner.as_deref()) {
        ("text/xml", _) | ("application/xop+xml", Some("text/xml")) if !limits.soap_1_1 => {
            Err(version_mismatch())
        }
        ("application/xop+xml" | "application/soap+xml" | "text/xml", _) => {
            charset::to_utf8(root.bytes, media.parameter("charset"))
        }
        _ => Err(unsupported()),
    }
}

/// True when the Content-Type is one of SOAP 1.1, whatever the envelope then is: a fault goes back so.
fn announces_soap11(media: &MediaType) -> bool {
    let inner = ["type", "start-info"].map(|name| media.parameter_essence(name));
    media.essence == "text/xml" || inner.iter().flatten().any(|essence| essence == "text/xml")
}

/// The version of the envelope; its Content-Type decides nothing that the namespace does not.
fn version(root: Element<'_>, limits: &Limits) -> Result<Version, Fault> {
    if root.name() != "Envelope" {
        return Err(Fault::unreadable(
            "enveloppe SOAP 1.2 attendue (soap:Envelope)",
            "expected a SOAP 1.2 envelope (soap:Envelope)",
        ));
    }
    match Version::of(root) {
        Some(Version::Soap12) => Ok(Version::Soap12),
        Some(Version::Soap11) if limits.soap_1_1 => Ok(Version::Soap11),
        Some(Version::Soap11) | None => Err(version_mismatch()),
    }
}

/// The charset parameter of simple SOAP.
fn check_simple<'m>(media: &'m MediaType, limits: &Limits) -> Result<Option<&'m str>, Fault> {
    match media.essence.as_str() {
        "application/soap+xml" => Ok(media.parameter("charset")),
        "text/xml" if limits.soap_1_1 => Ok(media.parameter("charset")),
        "text/xml" => Err(version_mismatch()),
        _ => Err(unsupported()),
    }
}

/// The Header and the only child of the Body.
fn frame(version: Version, root: Element<'_>) -> Result<(Option<Element<'_>>, Element<'_>), Fault> {
    let soap = version.namespace();
    let malformed = || {
        Fault::unreadable(
            "soap:Envelope attend un soap:Header au plus, puis un seul soap:Body d'un seul élément",
            "soap:Envelope takes at most one soap:Header, then a single soap:Body of a single element",
        )
    };
    let children: Vec<Element<'_>> = root.children().take(3).collect();
    let (header, body) = match children.as_slice() {
        [header, body] if header.is(soap, "Header") => (Some(*header), *body),
        [body] => (None, *body),
        _ => return Err(malformed()),
    };
    let payload: Vec<Element<'_>> = body.children().take(2).collect();
    match payload.as_slice() {
        [payload] if body.is(soap, "Body") => Ok((header, *payload)),
        _ => Err(malformed()),
    }
}

fn unreadable_xml(error: XmlError) -> Fault {
    let (fr, en) = error.detail();
    let rule = match error {
        XmlError::TooLarge => Rule::MessageIsNotTooLarge,
        _ => Rule::MessageIsReadable,
    };
    Fault::new(FaultCode::Sender, format!("enveloppe illisible : {fr}"), format!("unreadable envelope: {en}"))
        .rule(rule)
}

fn version_mismatch() -> Fault {
    Fault::new(
        FaultCode::VersionMismatch,
        format!(
            "SOAP 1.2 attendu : enveloppe de l'espace de noms {SOAP12} et Content-Type application/soap+xml (SOAP 1.1, \
             {SOAP11}, n'est accepté que pour rejouer d'anciens messages, si l'exploitant le permet : \
             compatibility.soap_1_1)"
        ),
        format!(
            "expected SOAP 1.2: an envelope in the namespace {SOAP12} and Content-Type application/soap+xml (SOAP 1.1, \
             {SOAP11}, is accepted only to replay old messages, if the operator allows it: compatibility.soap_1_1)"
        ),
    )
    .rule(Rule::MediaTypeIsSupported)
}

fn unsupported() -> Fault {
    Fault::new(
        FaultCode::Sender,
        "Content-Type attendu : application/soap+xml, ou multipart/related avec type=\"application/xop+xml\"",
        "expected Content-Type: application/soap+xml, or multipart/related with type=\"application/xop+xml\"",
    )
    .rule(Rule::MediaTypeIsSupported)
}

fn not_mtom(transaction: Transaction) -> Fault {
    Fault::new(
        FaultCode::Sender,
        format!(
            "{} doit arriver en MTOM/XOP : Content-Type multipart/related; type=\"application/xop+xml\"; \
             start-info=\"application/soap+xml\", l'enveloppe en première partie. Ce message est du SOAP simple.",
            transaction.name()
        ),
        format!(
            "{} must be sent as MTOM/XOP: Content-Type multipart/related; type=\"application/xop+xml\"; \
             start-info=\"application/soap+xml\", the envelope as the first part. This message is simple SOAP.",
            transaction.name()
        ),
    )
    .rule(Rule::MediaTypeIsSupported)
}
