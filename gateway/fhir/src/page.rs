//! Page links: sealed, bound to the caller and to the query, fixed to the ceiling of the first page.
//!
//! Positions count every document of the record, hidden ones too: nobody but this door reads them, and two links to
//! the same place do not look alike.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Actor, Caller, EntryUuid, Paging};

/// The parameter that carries the link's state.
pub(crate) const PARAMETER: &str = "_page";

/// The salt of a link: a fresh UUID, of which the key of this one link is made.
const SALT: usize = 16;

/// Seals where the next page starts: ceiling, time and sequence of the last entry shown, count. `salt` is fresh.
pub(crate) fn seal(
    key: &[u8; 32],
    caller: &Caller,
    query: &[(String, String)],
    state: &Paging,
    salt: EntryUuid,
) -> Option<String> {
    let (time, sequence) = state.after?;
    let mut sealed = Vec::new();
    sealed.extend(state.ceiling?.to_be_bytes());
    sealed.extend(time.to_be_bytes());
    sealed.extend(sequence.to_be_bytes());
    sealed.extend(state.count?.to_be_bytes());
    let aad = Aad::from(message(caller, query));
    link_key(key, salt.as_bytes())?.seal_in_place_append_tag(once(), aad, &mut sealed).ok()?;
    Some(URL_SAFE_NO_PAD.encode([salt.as_bytes().as_slice(), &sealed].concat()))
}

/// The key of one link: it seals one message, so that its nonce is constant.
fn link_key(key: &[u8; 32], salt: &[u8]) -> Option<LessSafeKey> {
    let own = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), salt);
    UnboundKey::new(&AES_256_GCM, own.as_ref()).ok().map(LessSafeKey::new)
}

fn once() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Opens a link; `None` if it was changed, or made for another caller or another query.
pub(crate) fn open(
    key: &[u8; 32],
    caller: &Caller,
    query: &[(String, String)],
    sealed: &str,
) -> Option<Paging> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (salt, sealed) = bytes.split_at_checked(SALT)?;
    let (mut sealed, aad) = (sealed.to_vec(), Aad::from(message(caller, query)));
    let state = link_key(key, salt)?.open_in_place(once(), aad, &mut sealed).ok()?;
    let number = |from: usize| Some(i64::from_be_bytes(state.get(from..from + 8)?.try_into().ok()?));
    let count = u32::from_be_bytes(state.get(24..28)?.try_into().ok()?);
    Some(Paging { count: Some(count), ceiling: Some(number(0)?), after: Some((number(8)?, number(16)?)) })
}

/// What a link is bound to: each field with its length, so that no two messages read alike. The order of the
/// parameters does not count.
fn message(caller: &Caller, query: &[(String, String)]) -> Vec<u8> {
    let mut sorted: Vec<_> = query.iter().collect();
    sorted.sort();
    let who = who(caller);
    let fields = who
        .iter()
        .map(String::as_str)
        .chain(sorted.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]));
    let mut message = Vec::new();
    for field in fields {
        message.extend((field.len() as u64).to_be_bytes());
        message.extend(field.as_bytes());
    }
    message
}

fn who(caller: &Caller) -> [String; 6] {
    let (kind, id) = match &caller.actor {
        Actor::Professional { id, .. } => ("professional", id.0.clone()),
        Actor::OfStructure { user, .. } => ("structure", user.clone()),
        Actor::Holder { ins } => ("holder", ins.to_cx()),
        Actor::Representative { ins } => ("representative", ins.to_cx()),
        Actor::Operator { name } => ("operator", name.clone()),
    };
    let structure = caller.structure.as_ref().map(|structure| structure.0.clone()).unwrap_or_default();
    let patient = caller.patient.as_ref().map(model::Ins::to_cx).unwrap_or_default();
    let channel = format!("{:?}", caller.channel);
    [kind.to_owned(), id, structure, caller.purpose.code().to_owned(), patient, channel]
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Channel, PersonId, Purpose, RequestId, StructureId, SubjectRole};
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];
    const SALT: EntryUuid = EntryUuid::from_bytes([3; 16]);

    fn caller(id: &str) -> Caller {
        Caller {
            actor: Actor::Professional {
                id: PersonId(id.into()),
                name: "X".into(),
                role: SubjectRole { profession: model::Code::new("10", "1.2"), qualifier: None },
            },
            channel: Channel::Direct,
            structure: Some(StructureId("1A".into())),
            purpose: Purpose::Normal,
            patient: None,
            legal_entities: Vec::new(),
            secret_connection: false,
            regulator: false,
            software: None,
            request: RequestId("r".into()),
        }
    }

    fn query() -> Vec<(String, String)> {
        vec![("patient".into(), "Patient/x".into()), ("status".into(), "current".into())]
    }

    fn state() -> Paging {
        Paging { count: Some(50), ceiling: Some(12), after: Some((-3, 4)) }
    }

    #[test]
    fn a_link_opens_for_its_caller_and_its_query_only() {
        let sealed = seal(&KEY, &caller("8"), &query(), &state(), SALT).expect("sealed");
        assert_eq!(open(&KEY, &caller("8"), &query(), &sealed), Some(state()));
        let mut reordered = query();
        reordered.reverse();
        assert_eq!(open(&KEY, &caller("8"), &reordered, &sealed), Some(state()));
        assert_eq!(open(&KEY, &caller("9"), &query(), &sealed), None);
        assert_eq!(open(&KEY, &caller("8"), &query()[..1], &sealed), None);
        assert_eq!(open(&[8; 32], &caller("8"), &query(), &sealed), None);
        let emergency = Caller { purpose: Purpose::Centre15, ..caller("8") };
        assert_eq!(open(&KEY, &emergency, &query(), &sealed), None);
    }

    #[test]
    fn a_link_does_not_tell_where_it_stands() {
        let of = |state: &Paging, salt| {
            let sealed = seal(&KEY, &caller("8"), &query(), state, salt).expect("sealed");
            URL_SAFE_NO_PAD.decode(sealed).expect("base64")
        };
        let link = of(&state(), SALT);
        assert!(!link.windows(8).any(|bytes| bytes == 12_i64.to_be_bytes() || bytes == 4_i64.to_be_bytes()));
        let later = of(&Paging { ceiling: Some(13), ..state() }, EntryUuid::from_bytes([4; 16]));
        let again = of(&state(), EntryUuid::from_bytes([5; 16]));
        assert!(link.len() == later.len() && link[16..] != again[16..] && link[16..] != later[16..]);
    }

    #[test]
    fn fields_cannot_flow_into_each_other() {
        let of = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Vec<_>>()
        };
        let sealed = seal(&KEY, &caller("8"), &of(&[("ab", "c")]), &state(), SALT).expect("sealed");
        assert_eq!(open(&KEY, &caller("8"), &of(&[("a", "bc")]), &sealed), None);
    }

    proptest! {
        #[test]
        fn a_changed_link_does_not_open(index in 0_usize..80, flip in 1_u8..255) {
            let sealed = seal(&KEY, &caller("8"), &query(), &state(), SALT).expect("sealed");
            let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).expect("base64");
            let at = index % bytes.len();
            bytes[at] ^= flip;
            prop_assert_eq!(open(&KEY, &caller("8"), &query(), &URL_SAFE_NO_PAD.encode(bytes)), None);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,120}") {
            prop_assert_eq!(open(&KEY, &caller("8"), &query(), &text), None);
        }
    }
}
