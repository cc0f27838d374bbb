//! WS-Addressing 1.0 and `soap:mustUnderstand` on a request.

use xml::Element;

use super::names::{ANONYMOUS, QName, WSA, WSSE_NAMESPACE};
use super::{Fault, FaultCode, Version};
use crate::{Endpoint, Transaction};

/// Bytes of an address, an action or a MessageID.
const LONGEST: usize = 2048;

/// The MessageID as sent, if there is one that is usable: read before everything else, so that a fault can
/// relate to it.
pub(super) fn message_id(envelope: Element<'_>) -> Option<String> {
    let id = envelope
        .child(Version::of(envelope)?.namespace(), "Header")?
        .child(WSA, "MessageID")?
        .text()
        .trim()
        .to_owned();
    (1..=LONGEST).contains(&id.len()).then_some(id)
}

/// Refuses header blocks addressed to us that must be understood and are not.
pub(super) fn check_understood(version: Version, header: Option<Element<'_>>) -> Result<(), Fault> {
    let unknown: Vec<(String, String)> = header
        .into_iter()
        .flat_map(Element::children)
        .filter(|block| is_mandatory(version, *block) && is_for_us(version, *block) && !is_known(*block))
        .take(16)
        .map(|block| (block.namespace().to_owned(), block.name().to_owned()))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let mut fault = Fault::new(
        FaultCode::MustUnderstand,
        "un en-tête SOAP obligatoire (mustUnderstand) n'est pas connu ici",
        "a mandatory SOAP header block (mustUnderstand) is not known here",
    );
    fault.not_understood = unknown.into_boxed_slice();
    Err(fault)
}

fn is_mandatory(version: Version, block: Element<'_>) -> bool {
    let stated = block.attribute_ns(version.namespace(), "mustUnderstand");
    stated.is_some_and(|value| matches!(value.trim(), "1" | "true"))
}

fn is_for_us(version: Version, block: Element<'_>) -> bool {
    let role = block.attribute_ns(version.namespace(), version.role_attribute()).unwrap_or_default().trim();
    role.is_empty() || version.is_us(role)
}

fn is_known(block: Element<'_>) -> bool {
    match block.namespace() {
        WSA => matches!(
            block.name(),
            "Action" | "To" | "From" | "MessageID" | "RelatesTo" | "ReplyTo" | "FaultTo"
        ),
        WSSE_NAMESPACE => block.name() == "Security",
        _ => false,
    }
}

/// Checks the addressing headers and gives the action. Action and MessageID are mandatory (IHE ITI TF-2 appendix V). `wsa:To` is not compared (proxies rewrite it); an
/// absent `wsa:ReplyTo` means anonymous.
pub(super) fn read(header: Option<Element<'_>>) -> Result<String, Fault> {
    for name in ["Action", "To", "MessageID", "ReplyTo", "FaultTo"] {
        if header.is_some_and(|header| header.children_named(WSA, name).count() > 1) {
            return Err(Fault::new(
                FaultCode::Sender,
                format!("en-tête wsa:{name} présent plusieurs fois"),
                format!("header wsa:{name} is there more than once"),
            )
            .subcode(QName::wsa("InvalidAddressingHeader"))
            .subcode(QName::wsa("InvalidCardinality")));
        }
    }
    for name in ["ReplyTo", "FaultTo"] {
        let reference = header.and_then(|header| header.child(WSA, name));
        if let Some(reference) = reference {
            check_anonymous(name, reference)?;
        }
    }
    let stated = |name: &str| {
        let text = header.and_then(|header| header.child(WSA, name)).map(|element| element.text());
        text.map(|text| text.trim().to_owned()).filter(|text| (1..=LONGEST).contains(&text.len()))
    };
    match (stated("Action"), stated("MessageID")) {
        (Some(action), Some(_)) => Ok(action),
        (action, message_id) => Err(required(action.is_none(), message_id.is_none())),
    }
}

/// WS-Addressing 1.0 SOAP binding §6.4.2: every header that is mandatory and missing, by its name.
fn required(action: bool, message_id: bool) -> Fault {
    let missing = [
        (action, ("wsa:Action, qui nomme la transaction", "wsa:Action, which names the transaction")),
        (
            message_id,
            (
                "wsa:MessageID, auquel la réponse se rattache (un URI nouveau pour chaque message)",
                "wsa:MessageID, which the answer relates to (a new URI for every message)",
            ),
        ),
    ];
    let (fr, en): (Vec<&str>, Vec<&str>) =
        missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, texts)| texts).unzip();
    Fault::new(
        FaultCode::Sender,
        format!("en-tête absent, vide ou de plus de {LONGEST} octets : {}", fr.join(" ; ")),
        format!("header missing, empty or of more than {LONGEST} bytes: {}", en.join("; ")),
    )
    .subcode(QName::wsa("MessageAddressingHeaderRequired"))
}

fn check_anonymous(name: &str, reference: Element<'_>) -> Result<(), Fault> {
    let address = reference.child(WSA, "Address").map(|address| address.text());
    if address.is_some_and(|address| address.trim() == ANONYMOUS) {
        return Ok(());
    }
    Err(Fault::new(
        FaultCode::Sender,
        format!(
            "wsa:{name} doit être anonyme ({ANONYMOUS}) : les réponses asynchrones ne sont pas offertes ici"
        ),
        format!("wsa:{name} must be anonymous ({ANONYMOUS}): asynchronous answers are not offered here"),
    )
    .subcode(QName::wsa("InvalidAddressingHeader"))
    .subcode(QName::wsa("OnlyAnonymousAddressSupported")))
}

/// The transaction of an action at this endpoint: only `wsa:Action` decides.
pub(super) fn route(action: &str, endpoint: Endpoint) -> Result<Transaction, Fault> {
    let refuse = |fr: String, en: String| {
        Fault::new(FaultCode::Sender, fr, en)
            .subcode(QName::wsa("ActionNotSupported"))
            .rule(model::Rule::TransactionIsSupported)
    };
    match Transaction::of(action) {
        Some(transaction) if transaction.endpoint() == endpoint => Ok(transaction),
        Some(transaction) => Err(refuse(
            format!("{} se demande à l'adresse {}", transaction.name(), transaction.endpoint().path()),
            format!("{} is offered at {}", transaction.name(), transaction.endpoint().path()),
        )),
        None => {
            let offered = Transaction::ALL.iter().copied().filter(|known| known.endpoint() == endpoint);
            let offered: Vec<&str> = offered.map(Transaction::action).collect();
            let offered = offered.join(", ");
            Err(refuse(
                format!("wsa:Action inconnue à cette adresse ; offertes : {offered}"),
                format!("unknown wsa:Action at this address; offered: {offered}"),
            ))
        }
    }
}
