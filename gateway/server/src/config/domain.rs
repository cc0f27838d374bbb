//! `[domain]` and `[policy]`.

use std::path::PathBuf;

use model::InsDomain;
use policy::{DepositMatrix, Switches};
use serde::Deserialize;

/// The affinity domain.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainConfig {
    /// repositoryUniqueId, an OID.
    pub repository: String,
    /// INS domains accepted: `nir`, `nia`, `nir-test`, `nir-demo`.
    #[serde(default)]
    pub ins: Vec<InsDomainName>,
    /// The pack: `french`, `ihe` (IHE's constraints with French identities and callers), or a file.
    #[serde(default = "french")]
    pub pack: PathBuf,
    /// XDS: answer refusals of stages C to E with `DMPAccessDeniedByRightsService`.
    #[serde(default)]
    pub french_error_codes: bool,
    /// repositoryUniqueIds, OIDs, of the other repositories that may register documents here.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// FHIR: a search without `status` asks for what is current, as PDSm for the DMP has it, instead of being refused.
    #[serde(default)]
    pub search_without_status: bool,
    /// FHIR: a JSON Patch may archive by `/extension[url:…]/valueBoolean`, which is no JSON Pointer but stands in PDSm's
    /// examples, instead of being refused.
    #[serde(default)]
    pub patch_pseudo_paths: bool,
    /// OIDs of other domains whose identifiers of a person may be fed and told.
    #[serde(default)]
    pub identifier_domains: Vec<String>,
    /// How FHIR tells a qualified identity.
    #[serde(default)]
    pub identity_status: IdentityStatusName,
    /// IANA time zone of civil days and years: birthdays, the ten years of a closed record.
    #[serde(default = "paris")]
    pub time_zone: String,
    /// Age of majority, years.
    #[serde(default = "eighteen")]
    pub age_of_majority: u8,
}

impl DomainConfig {
    /// The pack's file, when it is not one that comes with the program.
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let own = self.pack.to_str().is_some_and(|name| mappings::built_in_pack(name).is_some());
        std::iter::once(&mut self.pack).filter(move |_| !own)
    }
}

/// The coding of a qualified identity, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum IdentityStatusName {
    /// FR Core 2.1: VALI of HL7 v2 table 0445.
    #[default]
    #[serde(rename = "0445")]
    Table0445,
    /// FR Core 2026: QUAL of the RNIV grid.
    #[serde(rename = "rniv")]
    Rniv,
}

impl From<IdentityStatusName> for journey::IdentityStatus {
    fn from(name: IdentityStatusName) -> Self {
        match name {
            IdentityStatusName::Table0445 => journey::IdentityStatus::Table0445,
            IdentityStatusName::Rniv => journey::IdentityStatus::Rniv,
        }
    }
}

/// A member of an open affinity domain: what its client certificate shows, and who it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberConfig {
    /// The certificate's subject (RFC 4514), or:
    pub subject: Option<String>,
    /// The certificate's SHA-256, hexadecimal.
    pub fingerprint: Option<String>,
    /// The name, for the history.
    pub name: String,
    /// The organisation acted for, any identifier.
    pub organisation: String,
}

/// An INS domain by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InsDomainName {
    /// Production NIR.
    Nir,
    /// Production NIA.
    Nia,
    /// Test NIR.
    NirTest,
    /// Demonstration NIR.
    NirDemo,
}

impl From<InsDomainName> for InsDomain {
    fn from(name: InsDomainName) -> Self {
        match name {
            InsDomainName::Nir => InsDomain::Nir,
            InsDomainName::Nia => InsDomain::Nia,
            InsDomainName::NirTest => InsDomain::NirTest,
            InsDomainName::NirDemo => InsDomain::NirDemo,
        }
    }
}

/// Switches of the policy, each named in the order of decision.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// `strict` or `open`: how the matrix's deposit column judges a person.
    pub deposit_matrix: DepositMatrixName,
    /// Refuse the deposit of somebody whom the patient blocked.
    pub refuse_blocked_depositor: bool,
    /// The insurance feed has a place.
    pub insurance_feed: bool,
    /// Regulators of a centre 15 need not be doctors.
    pub regulators_other_than_doctors: bool,
    /// MASQUE_PS together with INVISIBLE_PATIENT is accepted.
    pub masked_and_invisible: bool,
    /// The médecin traitant deletes, definitively, what the holder added.
    pub treating_physician_deletes_for_holder: bool,
    /// Professionals read what was deleted logically.
    pub deleted_to_professionals: bool,
}

/// `strict` or `open`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DepositMatrixName {
    /// The profession's row decides.
    #[default]
    Strict,
    /// Any type that is not reserved.
    Open,
}

impl From<&PolicyConfig> for Switches {
    fn from(config: &PolicyConfig) -> Self {
        Switches {
            deposit_matrix: match config.deposit_matrix {
                DepositMatrixName::Strict => DepositMatrix::Strict,
                DepositMatrixName::Open => DepositMatrix::Open,
            },
            refuse_blocked_depositor: config.refuse_blocked_depositor,
            insurance_feed: config.insurance_feed,
            regulators_other_than_doctors: config.regulators_other_than_doctors,
            masked_and_invisible: config.masked_and_invisible,
            treating_physician_deletes_for_holder: config.treating_physician_deletes_for_holder,
            deleted_to_professionals: config.deleted_to_professionals,
            open_domain: false,
        }
    }
}

fn paris() -> String {
    "Europe/Paris".to_owned()
}

fn french() -> PathBuf {
    PathBuf::from("french")
}

fn eighteen() -> u8 {
    18
}
