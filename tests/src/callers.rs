//! Callers made to order, for the tests of the policy.

use model::{
    Actor, Caller, Channel, Code, Ins, PersonId, Purpose, RequestId, StructureId, SubjectRole, system,
};

/// PS_IdNat of every professional made here.
pub const PERSON: &str = "899900000011";
/// Struct_IdNat of every structure made here.
pub const STRUCTURE: &str = "1999999991";

/// Somebody in normal mode, acting for [`STRUCTURE`].
pub fn caller(actor: Actor, channel: Channel) -> Caller {
    Caller {
        actor,
        channel,
        structure: Some(StructureId(STRUCTURE.to_owned())),
        purpose: Purpose::Normal,
        patient: None,
        legal_entities: Vec::new(),
        secret_connection: false,
        regulator: false,
        software: None,
        request: RequestId("r".to_owned()),
    }
}

/// A professional of TRE_G15 with a specialty of TRE_R01, in their own name.
pub fn professional(profession: &str, specialty: Option<&str>) -> Caller {
    let role = SubjectRole {
        profession: Code::new(profession, system::PROFESSION),
        qualifier: specialty.map(|code| Code::new(code, system::SPECIALTY)),
    };
    caller(
        Actor::Professional { id: PersonId(PERSON.to_owned()), name: "X".to_owned(), role },
        Channel::Direct,
    )
}

/// A structure with indirect authentication.
pub fn structure() -> Caller {
    caller(Actor::OfStructure { user: "X".to_owned(), role: None }, Channel::Indirect)
}

/// The holder.
pub fn holder(ins: &Ins) -> Caller {
    Caller { structure: None, ..caller(Actor::Holder { ins: ins.clone() }, Channel::Patient) }
}
