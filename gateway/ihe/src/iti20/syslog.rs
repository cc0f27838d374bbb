//! The frame of a message: RFC 5424 with the octet count of RFC 5425 before it.

use model::Moment;

use super::AuditSource;

/// Facility 10 (security), severity 5 (notice).
const PRIORITY: &str = "<85>1";
/// APP-NAME.
const APPLICATION: &str = "passerelle";
/// MSGID (IHE ITI TF-2 §3.20.4.1.2).
const MESSAGE_ID: &str = "IHE+RFC-3881";
/// Said before UTF-8 text (RFC 5424 §6.4).
const BYTE_ORDER_MARK: &str = "\u{FEFF}";
/// Characters of HOSTNAME at the most (RFC 5424 §6.2.4).
const LONGEST_HOST: usize = 255;

/// Octets of a frame at the most. A message is far below: what would be longer is no message of ours.
pub const LONGEST_FRAME: usize = 256 * 1024;

/// The frame of a message, ready to be written; `None` if it would be longer than [`LONGEST_FRAME`].
pub fn frame(source: &AuditSource, at: Moment, message: &str) -> Option<Vec<u8>> {
    let host = host(source.host());
    let process = source.process;
    let text = format!(
        "{PRIORITY} {} {host} {APPLICATION} {process} {MESSAGE_ID} - {BYTE_ORDER_MARK}{message}",
        at.iso()
    );
    let frame = format!("{} {text}", text.len()).into_bytes();
    (frame.len() <= LONGEST_FRAME).then_some(frame)
}

/// PRINTUSASCII without a blank; the nil value if nothing is left.
fn host(name: &str) -> String {
    let host: String = name.chars().filter(char::is_ascii_graphic).take(LONGEST_HOST).collect();
    if host.is_empty() { "-".to_owned() } else { host }
}
