//! The rules of `decision-order`: one name each, stable once released.

use std::fmt;

/// The stage a rule belongs to. Stages run in order; the next one runs only if the previous is clean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Who is calling: no patient is looked up.
    Caller,
    /// Is it a request: no stored data is read.
    Request,
    /// The state of the record (level R).
    Record,
    /// The right to do the act.
    Right,
    /// Flags set against a person.
    Flags,
    /// Links and identifiers inside the record.
    Links,
    /// The bytes themselves.
    Content,
    /// The commit.
    Commit,
}

// A macro, because the variant, its wire name, its stage and its place in `ALL` must never drift apart.
macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident = $name:literal @ $stage:ident,)*) => {
        /// Everything that can refuse, by name. The texts are data: `mappings/refusals.toml`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $variant,)* }

        impl Rule {
            /// Every rule, in the order in which it is asked.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant,)*];

            /// The stable name shown to callers, for instance `record_is_open`.
            pub const fn name(self) -> &'static str {
                match self { $(Rule::$variant => $name,)* }
            }

            /// The stage of the decision order the rule is asked in.
            pub const fn stage(self) -> Stage {
                match self { $(Rule::$variant => Stage::$stage,)* }
            }
        }
    };
}

rules! {
    /// A1: chain, dates, revocation and usage of the TLS client certificate.
    ClientCertificateIsTrusted = "client_certificate_is_trusted" @ Caller,
    /// A1 for the FHIR door: a bearer token signed by a configured issuer.
    TokenIsSignedByItsIssuer = "token_is_signed_by_its_issuer" @ Caller,
    /// A3 for the FHIR door: `exp`, `iat`, `nbf` and the lifetime of a token.
    TokenIsInItsTime = "token_is_in_its_time" @ Caller,
    /// A5 for the FHIR door: mandatory claims, audience, binding.
    TokenIsComplete = "token_is_complete" @ Caller,
    /// A2: the assertion's signature holds and its issuer is the signer.
    AssertionIsSignedByItsIssuer = "assertion_is_signed_by_its_issuer" @ Caller,
    /// A3: the assertion is used inside its window.
    AssertionIsInItsTime = "assertion_is_in_its_time" @ Caller,
    /// A4: the assertion was not taken over by another client.
    AssertionIsNotTakenOver = "assertion_is_not_taken_over" @ Caller,
    /// A5: mandatory VIHF attributes.
    AssertionIsComplete = "assertion_is_complete" @ Caller,
    /// A6: the subject's role is one of JDV_J65.
    RoleIsKnown = "role_is_known" @ Caller,
    /// A7: TLS, token and assertion name the same holder.
    ProofsAgree = "proofs_agree" @ Caller,
    /// A8: the directory, when one is loaded, knows the structure as active.
    StructureIsActive = "structure_is_active" @ Caller,
    /// A8: the directory, when one is loaded, links the professional to the structure.
    ProfessionalBelongsToStructure = "professional_belongs_to_structure" @ Caller,
    /// Stage A for the XDS door: a signature over parts of the message holds, and its Timestamp has not run out.
    MessageSecurityHolds = "message_security_holds" @ Caller,
    /// A9: the token's scope names the transaction.
    ScopeCoversTransaction = "scope_covers_transaction" @ Caller,
    /// B1: packaging, syntax, limits.
    MessageIsReadable = "message_is_readable" @ Request,
    /// B1: the body is within the configured size.
    MessageIsNotTooLarge = "message_is_not_too_large" @ Request,
    /// B1: the bodies in memory at one time stay within the configured budget.
    GatewayHasRoom = "gateway_has_room" @ Request,
    /// B1: a media type this door reads or writes.
    MediaTypeIsSupported = "media_type_is_supported" @ Request,
    /// The transaction, interaction or feature exists here.
    TransactionIsSupported = "transaction_is_supported" @ Request,
    /// B2: cardinalities, data types, association shapes.
    MetadataIsWellFormed = "metadata_is_well_formed" @ Request,
    /// B3: fifteen characters, key, accepted domain.
    InsIsWellFormed = "ins_is_well_formed" @ Request,
    /// B4: the identity that travels is qualified.
    InsIsQualified = "ins_is_qualified" @ Request,
    /// B5: one patient in the whole submission.
    OnePatientInSubmission = "one_patient_in_submission" @ Request,
    /// B6: the token's patient is the submission's.
    TokenPatientIsSubmissionPatient = "token_patient_is_submission_patient" @ Request,
    /// B7: the document type is accepted at reception.
    TypeIsAccepted = "type_is_accepted" @ Request,
    /// B8: every other code is in its value set, and the class is the type's.
    CodesAreInValueSets = "codes_are_in_value_sets" @ Request,
    /// B9: exactly one confidentiality level and known visibility flags.
    VisibilitySetIsLegal = "visibility_set_is_legal" @ Request,
    /// B10: no identifier twice in one message.
    IdsDifferInsideMessage = "ids_differ_inside_message" @ Request,
    /// B10 (French pack): a document's uniqueId is a bare OID.
    UniqueIdIsAnOid = "unique_id_is_an_oid" @ Request,
    /// A registered document is held by a repository that this registry knows (ITI-42, ITI-61).
    RepositoryIsKnown = "repository_is_known" @ Request,
    /// PATCH: only flags, archiving and status change, and no flag is lost that the caller did not name.
    PatchIsWithinBounds = "patch_is_within_bounds" @ Request,
    /// Read 2: required parameters present and well coded.
    QueryIsComplete = "query_is_complete" @ Request,
    /// An act on rights states all that it needs: kind, date, confirmation, a known code.
    ActIsComplete = "act_is_complete" @ Request,
    /// Read 3: the request names the token's patient.
    TokenPatientIsQueryPatient = "token_patient_is_query_patient" @ Record,
    /// C1: the record exists.
    RecordExists = "record_exists" @ Record,
    /// C2: the record is not closed.
    RecordIsOpen = "record_is_open" @ Record,
    /// The record's state takes this act: one opposes before activation, one closes what is open.
    ActFitsState = "act_fits_state" @ Record,
    /// Activation: matricule, card and provisional code are right, all three; one answer whichever is wrong.
    ActivationIsRight = "activation_is_right" @ Record,
    /// C3: no refusal of feeding is stored for this caller.
    FeedingIsNotRefused = "feeding_is_not_refused" @ Record,
    /// D1: the caller falls in a column of the functional rights.
    CallerHasAPlace = "caller_has_a_place" @ Right,
    /// D2: the functional right to deposit.
    CallerMayDeposit = "caller_may_deposit" @ Right,
    /// D3: the deposit column of the habilitation matrix.
    TypeIsOpenToDepositor = "type_is_open_to_depositor" @ Right,
    /// D4: an author of the set is the caller.
    DepositorSignsTheSet = "depositor_signs_the_set" @ Right,
    /// D5: a blocked depositor (off by default).
    DepositorIsNotBlocked = "depositor_is_not_blocked" @ Right,
    /// Read 7: the functional right to search.
    CallerMaySearch = "caller_may_search" @ Right,
    /// Read 7: the functional right to read a document.
    CallerMayRead = "caller_may_read" @ Right,
    /// Read 8: neither the person nor the structure is blocked.
    CallerIsNotBlocked = "caller_is_not_blocked" @ Right,
    /// Read 9a: an authorisation in force (normal mode).
    AuthorisationIsValid = "authorisation_is_valid" @ Right,
    /// Read 9b: the mode is open to this channel.
    ModeFitsChannel = "mode_fits_channel" @ Right,
    /// Read 9c: break-glass states its reason.
    BreakGlassHasReason = "break_glass_has_reason" @ Right,
    /// Read 9d: the holder did not oppose break-glass.
    BreakGlassIsNotOpposed = "break_glass_is_not_opposed" @ Right,
    /// Read 9e: centre 15 is used by a regulator.
    Centre15IsARegulator = "centre_15_is_a_regulator" @ Right,
    /// Read 9f: the holder did not oppose centre 15.
    Centre15IsNotOpposed = "centre_15_is_not_opposed" @ Right,
    /// Table of acts: masking, showing, archiving, deleting, and changing who may do what.
    ActIsOpenToCaller = "act_is_open_to_caller" @ Right,
    /// A subscription's endpoint stands on the operator's list, or is the subscriber's own address.
    EndpointIsAllowed = "endpoint_is_allowed" @ Right,
    /// E1: a secret connection is for a minor.
    SecretConnectionIsOfAMinor = "secret_connection_is_of_a_minor" @ Flags,
    /// E2: in a secret connection every document is kept from the representatives.
    SecretConnectionDepositsSecretDocuments = "secret_connection_deposits_secret_documents" @ Flags,
    /// E3: a flag against representatives needs a minor.
    RepresentativesFlagIsOfAMinor = "representatives_flag_is_of_a_minor" @ Flags,
    /// E4: holder and representatives set no INVISIBLE flag.
    FlagIsOpenToDepositor = "flag_is_open_to_depositor" @ Flags,
    /// F1: the replaced document exists and is the caller's own.
    ReplacedDocumentIsOwn = "replaced_document_is_own" @ Links,
    /// F2: the replaced document is current.
    ReplacedDocumentIsCurrent = "replaced_document_is_current" @ Links,
    /// `If-Match`: the version that the change was made on is the current one.
    VersionIsCurrent = "version_is_current" @ Links,
    /// F3: another linked object is own or visible.
    LinkedObjectIsReachable = "linked_object_is_reachable" @ Links,
    /// F4: the submission set's uniqueId is free.
    SetIdIsFree = "set_id_is_free" @ Links,
    /// F5: the document's uniqueId is free in this record.
    DocumentIdIsFree = "document_id_is_free" @ Links,
    /// An update of metadata fits the object's latest version: identifiers, PreviousVersion, statuses, one operation an object.
    UpdateFitsObject = "update_fits_object" @ Links,
    /// What a removal leaves still has what it needs: no association without an end, no object without a set.
    RemovalLeavesRegistryWhole = "removal_leaves_registry_whole" @ Links,
    /// One owner has a bounded number of subscriptions on one record.
    SubscriptionsAreFew = "subscriptions_are_few" @ Links,
    /// IHE rule 12: a submitted entryUUID is new.
    EntryIdIsFree = "entry_id_is_free" @ Links,
    /// G1: every entry has its document part, and the reverse.
    EveryDocumentHasItsPart = "every_document_has_its_part" @ Content,
    /// G2: declared hash and size are those of the bytes.
    HashAndSizeHold = "hash_and_size_hold" @ Content,
    /// G3: the bytes are of the declared type.
    BytesAreOfTheDeclaredType = "bytes_are_of_the_declared_type" @ Content,
    /// G4: the CDA's patient is the patient.
    CdaPatientIsThePatient = "cda_patient_is_the_patient" @ Content,
    /// G5: the CDA header agrees with the metadata.
    CdaAgreesWithMetadata = "cda_agrees_with_metadata" @ Content,
    /// G6: the CDA names the depositing structure.
    CdaAgreesWithCaller = "cda_agrees_with_caller" @ Content,
    /// G7: the signature object of the set has its shape, and its references hold.
    SetSignatureIsSound = "set_signature_is_sound" @ Content,
    /// H1: the facts did not move before the commit.
    FactsHaveNotMoved = "facts_have_not_moved" @ Commit,
    /// H3: the audit event and the act could be committed.
    AuditIsWritten = "audit_is_written" @ Commit,
    /// An export through a door fits one answer; a larger one is an operator's act.
    ExportIsNotTooLarge = "export_is_not_too_large" @ Commit,
    /// Read 16: the stored bytes still have their hash.
    ContentIsSound = "content_is_sound" @ Commit,
}

impl Rule {
    /// Finds a rule by its wire name.
    pub fn named(name: &str) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|rule| rule.name() == name)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_by_its_name() {
        for rule in Rule::ALL {
            assert_eq!(Rule::named(rule.name()), Some(*rule));
        }
    }

    #[test]
    fn rules_are_listed_in_the_order_of_their_stages_for_deposit() {
        let stages: Vec<_> = Rule::ALL.iter().map(|rule| rule.stage()).collect();
        let mut sorted = stages.clone();
        sorted.sort();
        assert_eq!(stages, sorted);
    }
}
