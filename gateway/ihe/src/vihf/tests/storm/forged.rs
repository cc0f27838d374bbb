//! What the attacker wants to be believed, and the pieces of a valid assertion to build with.

use super::super::signing::signature_of;
use super::super::workshop::*;
use super::dice::Dice;

/// The assertion without its signature.
pub(super) fn bare(assertion: &str) -> String {
    assertion.replace(&signature_of(assertion), "")
}

/// Text of a valid assertion, and what an attacker would rather have there.
const LIES: [(&str, &str); 9] = [
    (PERSON, "899999000025"),
    (">1999999999<", ">1888888888<"),
    ("code=\"10\"", "code=\"40\""),
    ("code=\"SM59\"", "code=\"SM26\""),
    ("code=\"bris_de_glace\"", "code=\"centre_15\""),
    ("255081416802538", "260053015404801"),
    (">Patiente inconsciente<", ">Patiente d'accord<"),
    (">KERVEL Maëlle<", ">KERVEL Malo<"),
    (">EX-HOMOL-0000<", ">EX-HOMOL-0001<"),
];

/// The same with one to three lies in it, and never none.
pub(super) fn lying(dice: &mut Dice, text: &str) -> String {
    let mut lying = text.to_owned();
    while lying == text {
        for _ in 0..=dice.below(3) {
            let (truth, lie) = dice.of(&LIES);
            lying = lying.replace(truth, lie);
        }
    }
    lying
}

/// The same under another identifier, or now and then under the same one.
pub(super) fn renamed(dice: &mut Dice, text: &str) -> String {
    match dice.below(4) {
        0 => text.to_owned(),
        1 => text.replace("ID=\"_7d1c0a52\"", "ID=\"_evil\" Id=\"_7d1c0a52\""),
        2 => text.replace("ID=\"_7d1c0a52\"", ""),
        _ => text.replace("_7d1c0a52", "_evil"),
    }
}

/// The text with `what` at a byte.
pub(super) fn inserted(text: &str, at: usize, what: &str) -> String {
    format!("{}{what}{}", &text[..at], &text[at..])
}

/// The element of this qualified name, the first one, from `<` to the end of its end tag; `None` when there is
/// none.
pub(super) fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("<{name} ")).or_else(|| text.find(&format!("<{name}>")))?;
    let rest = &text[start..];
    let tag_end = rest.find('>')? + 1;
    if rest[..tag_end].ends_with("/>") {
        return Some(&rest[..tag_end]);
    }
    let end = format!("</{name}>");
    rest.find(&end).map(|at| &rest[..at + end.len()])
}
