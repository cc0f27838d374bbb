//! The affinity domain as configured: which identifiers, codes, checks and uniqueness it demands beyond what IHE leaves
//! open. Rules ask the pack, never which country this is.

use model::{InsDomain, Oid, PatientDomain};

/// One affinity domain. The French one is the default; another one (an international test bed, say) is a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The pack's name, for texts and logs.
    pub name: String,
    /// The repositoryUniqueId of this repository.
    pub repository: Oid,
    /// Other repositories whose documents may be registered here (ITI-42).
    pub repositories: Vec<Oid>,
    /// Documents of any other repository may be registered here, listed or not.
    pub any_repository: bool,
    /// ITI-42 may register documents under this repository's own id as well: the bytes are then expected elsewhere.
    pub registers_own_repository: bool,
    /// XDS: answer stages C-E with `DMPAccessDeniedByRightsService` (`french_error_codes`).
    pub french_error_codes: bool,
    /// INS domains accepted here: production `.8 .9`, test `.10`, demonstration `.11`.
    pub ins_domains: Vec<InsDomain>,
    /// Local authorities of patient identifiers accepted here; none in France.
    pub local_domains: Vec<Oid>,
    /// Other domains whose identifiers of a person may be fed and told (IHE ITI PIXm): none unless listed, because an
    /// identifier tells where somebody is treated.
    pub identifier_domains: Vec<Oid>,
    /// Identity status on write: FR Core 2.1 (table 0445) or the coding of 2026 (RNIV grid). Both are read.
    pub identity_status: IdentityStatus,
    /// The French constraints on metadata beyond IHE: `mappings/constraints`, PDSm at the FHIR door.
    pub french: bool,
    /// B10: uniqueIds are bare OIDs.
    pub bare_oids: bool,
    /// F4, F5: over what a uniqueId is unique.
    pub uniqueness: Uniqueness,
    /// F5: a second entry of the same bytes is accepted under the same uniqueId (IHE ITI TF-3 registration rule 11).
    pub identical_documents: bool,
    /// B8: the class of a document is its type's (ASS_X04).
    pub class_of_type: bool,
    /// B9: exactly one of the levels N, R and V, with the French visibility flags.
    pub visibility_flags: bool,
    /// G3: the bytes are of the declared media type.
    pub content_types: bool,
    /// G4 to G6: the CDA's header agrees with metadata and caller.
    pub cda: bool,
    /// Every member does everything on every record: no matrix, no authorisations, no masks.
    pub open: bool,
}

/// Over what the uniqueId of a set, a folder or a document is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uniqueness {
    /// Within a record: nobody learns from a refusal what another record holds.
    Record,
    /// Over the whole registry, as IHE has it: only where everybody may know of every record.
    Registry,
}

/// In which coding a qualified identity is written (FR Core `fr-core-identity-reliability`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityStatus {
    /// FR Core 2.1: VALI of HL7 v2 table 0445.
    Table0445,
    /// FR Core 2026: QUAL of the RNIV grid.
    Rniv,
}

impl Pack {
    /// The French affinity domain: what `mappings/packs/french.toml` says.
    pub fn french(ins_domains: Vec<InsDomain>, repository: Oid) -> Self {
        Pack {
            name: "french".to_owned(),
            repository,
            repositories: Vec::new(),
            any_repository: false,
            registers_own_repository: false,
            french_error_codes: false,
            ins_domains,
            local_domains: Vec::new(),
            identifier_domains: Vec::new(),
            identity_status: IdentityStatus::Table0445,
            french: true,
            bare_oids: true,
            uniqueness: Uniqueness::Record,
            identical_documents: false,
            class_of_type: true,
            visibility_flags: true,
            content_types: true,
            cda: true,
            open: false,
        }
    }

    /// True if patients are identified by this domain here.
    pub fn accepts(&self, domain: &PatientDomain) -> bool {
        match domain {
            PatientDomain::National(domain) => self.ins_domains.contains(domain),
            PatientDomain::Local(oid) => self.local_domains.contains(oid),
        }
    }

    /// True if the identifiers of this domain mean somebody here: a record's own, or another one of a person.
    pub fn knows(&self, domain: &PatientDomain) -> bool {
        let other = |oid: &Oid| self.identifier_domains.contains(oid);
        self.accepts(domain)
            || match domain {
                PatientDomain::Local(oid) => other(oid),
                PatientDomain::National(_) => false,
            }
    }

    /// The OIDs of the domains accepted here, for refusal texts.
    pub fn accepted_domains(&self) -> String {
        let national = self.ins_domains.iter().map(|domain| domain.oid());
        let accepted: Vec<&str> = national.chain(self.local_domains.iter().map(|oid| oid.as_str())).collect();
        accepted.join(", ")
    }
}
