//! The words of the functional-rights sheets: columns, modes, actions, conditions, rights.

// A macro, because the variant, its word in the files and its place in `ALL` must never drift apart.
macro_rules! words {
    ($(#[$head:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$head])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of the tables.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The word in the files.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The value with this word.
            pub fn named(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}

words! {
    /// A column of the functional-rights sheets.
    Column {
        /// M526: professional who is not a doctor.
        PsNonMed = "ps_non_med",
        /// M526: doctor who is not the médecin traitant.
        MedNonMt = "med_non_mt",
        /// M526: occupational doctor.
        MedTravail = "med_travail",
        /// M526: médecin traitant declared by the patient.
        Mt = "mt",
        /// M526: employee card, not a professional.
        CpeNonPs = "cpe_non_ps",
        /// M526: establishment with indirect authentication.
        EtabIndirect = "etab_indirect",
        /// M606 (AIR): professional who is not a doctor.
        AirPsNonMed = "air_ps_non_med",
        /// M606 (AIR): doctor who is not the médecin traitant.
        AirMedNonMt = "air_med_non_mt",
        /// M606 (AIR): médecin traitant.
        AirMt = "air_mt",
        /// M606 (AIR): employee, not a professional.
        AirPeNonPs = "air_pe_non_ps",
    }
}

words! {
    /// An access mode, as the sheets name it.
    Mode {
        /// Normal.
        Normal = "normal",
        /// Regulation (centre 15).
        Regulation = "regulation",
        /// Break-glass.
        BrisDeGlace = "bris_de_glace",
    }
}

words! {
    /// A line of the sheets.
    Action {
        /// TD0.0 acquisition of an identity (ended on 30 September 2023).
        AcquireIdentity = "acquire_identity",
        /// TD0.1 authentication.
        Authenticate = "authenticate",
        /// TD0.2 test of existence and of the own authorisation.
        TestExistence = "test_existence",
        /// TD0.3 declare oneself authorised.
        DeclareAuthorisation = "declare_authorisation",
        /// TD0.3 withdraw the own authorisation.
        RemoveAuthorisation = "remove_authorisation",
        /// TD0.3 cease to be médecin traitant.
        CeaseTreating = "cease_treating",
        /// TD0.4 list the records that one is authorised for.
        ListAuthorisedRecords = "list_authorised_records",
        /// TD0.5 search a patient without the INS.
        SearchWithoutIns = "search_without_ins",
        /// TD0.9, TD0.10 open the web access in context.
        OpenWebAccess = "open_web_access",
        /// TD1.3a read the administrative data.
        ReadAdministrativeData = "read_administrative_data",
        /// TD1.6 list authorised and blocked professionals.
        ListProfessionals = "list_professionals",
        /// TD2.1 deposit.
        Deposit = "deposit",
        /// TD2.2 deposit by an employee card.
        DepositByEmployee = "deposit_by_employee",
        /// TD3.1 search metadata.
        SearchMetadata = "search_metadata",
        /// TD3.1 search one reference.
        SearchOneReference = "search_one_reference",
        /// TD3.2 read a document that is not masked.
        ReadDocument = "read_document",
        /// TD3.2 read a document masked to professionals.
        ReadMasked = "read_masked",
        /// TD3.2 read a document not visible to patient or representative.
        ReadInvisible = "read_invisible",
        /// TD3.2 read an archived document.
        ReadArchived = "read_archived",
        /// TD3.2 read an obsolete version.
        ReadObsolete = "read_obsolete",
        /// TD3.2 read a deleted document.
        ReadDeleted = "read_deleted",
        /// TD3.3a mask.
        Mask = "mask",
        /// TD3.3a unmask.
        Unmask = "unmask",
        /// TD3.3b make visible to the patient.
        MakeVisible = "make_visible",
        /// TD3.3d archive.
        Archive = "archive",
        /// TD3.3d restore from the archive.
        Unarchive = "unarchive",
        /// TD3.3c delete.
        Delete = "delete",
    }
}

words! {
    /// What restricts an allowed cell.
    Condition {
        /// No restriction that this crate models.
        None = "",
        /// Own documents only.
        Own = "own documents",
        /// Only if the patient allowed masked documents for this mode in advance.
        IfMaskedAllowedInMode = "the patient allowed masked documents in this mode beforehand",
        /// The act is imputed to the structure.
        ImputedToStructure = "imputed to the structure",
        /// Reference search only.
        ReferenceOnly = "references only",
        /// Documents authored by the structure or one of its employees.
        OfTheStructure = "documents of the structure",
        /// The authorisation goes to the structure.
        ForTheStructure = "authorisation for the structure",
        /// Only professionals of the same structure are listed.
        SameStructure = "professionals of the same structure",
        /// Only authorisations that are new since a date are listed.
        NewSinceDate = "new authorisations since a date",
    }
}

/// What a cell says. An absent cell is `Deny`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// No.
    Deny,
    /// Yes, under the condition.
    Allow(Condition),
}
