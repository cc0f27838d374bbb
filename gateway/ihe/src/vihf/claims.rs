//! What a VIHF assertion states (ANS, CI-SIS: attributs du VIHF).

use model::{Code, Ins, Moment, PersonId, Purpose, StructureId};

/// How the user was authenticated (TRE_R218), as far as the DMP knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `DIRECTE`: with the holder's own card.
    Direct,
    /// `INDIRECTE`: the structure vouches.
    Indirect,
    /// `INDIRECTE_RENFORCEE` (AIR): the structure vouches after a strong authentication of its own.
    Air,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Mode; 3] = [Mode::Direct, Mode::Indirect, Mode::Air];

    /// The value of Authentification_Mode.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Direct => "DIRECTE",
            Mode::Indirect => "INDIRECTE",
            Mode::Air => "INDIRECTE_RENFORCEE",
        }
    }

    /// The mode of this name.
    pub fn named(name: &str) -> Option<Self> {
        Mode::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// The calling software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Software {
    /// LPS_ID: the installation. Optional.
    pub id: Option<String>,
    /// LPS_Nom.
    pub name: String,
    /// LPS_Version.
    pub version: String,
    /// LPS_ID_HOMOLOGATION_DMP.
    pub homologation: String,
}

/// What an assertion states of user, structure, patient and access.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// VIHF_Version.
    pub version: String,
    /// NameID: PS_IdNat, or a local identifier in the indirect modes.
    pub name_id: PersonId,
    /// Authentification_Mode.
    pub mode: Mode,
    /// Identifiant_Structure.
    pub structure: StructureId,
    /// Secteur_Activite.
    pub sector: Code,
    /// subject-id: name of the user or software, for people. Optional in `DIRECTE`.
    pub subject_name: Option<String>,
    /// First role.
    pub profession: Code,
    /// Further roles, in order.
    pub qualifiers: Vec<Code>,
    /// resource-id: the patient.
    pub patient: Ins,
    /// PurposeOfUse, with Mode_Acces_Raison (possibly blank) for break-glass.
    pub purpose: Purpose,
    /// A minor's secret connection (confidentiality-code INVISIBLE_REPRESENTANTS_LEGAUX).
    pub secret_connection: bool,
    /// The calling software.
    pub software: Software,
    /// AuthnInstant: when the user logged in locally.
    pub authenticated_at: Moment,
    /// AuthnContextClassRef: how.
    pub context: String,
}

impl std::fmt::Debug for Claims {
    /// Shows no identity and no patient.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claims").field("mode", &self.mode).finish_non_exhaustive()
    }
}

/// True for the PS_IdNat of a professional: `8` and RPPS (11 digits), or `0` and ADELI (9 characters, a
/// letter in Corsica). Other prefixes are employees' (ANS, identifiants nationaux).
pub(super) fn is_professional(id: &PersonId) -> bool {
    let id = id.0.as_bytes();
    match (id.first(), id.len()) {
        (Some(b'8'), 12) => id.iter().all(u8::is_ascii_digit),
        (Some(b'0'), 10) => id.iter().all(u8::is_ascii_alphanumeric),
        _ => false,
    }
}
