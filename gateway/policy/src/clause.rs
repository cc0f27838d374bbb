//! The clauses of lines 10 to 15, by name: what hides one document. They are never told to the reader of a
//! refusal (level D); `explain` and the holder's own questions name them.

// A macro, because the variant, its name and its place in `ALL` must never drift apart.
macro_rules! clauses {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// One clause of a visibility.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Clause { $($(#[$doc])* $variant,)* }

        impl Clause {
            /// Every clause, in the order of the table.
            pub const ALL: &'static [Clause] = &[$(Clause::$variant,)*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Clause::$variant => $name,)* }
            }
        }
    };
}

clauses! {
    /// Line 10.
    DocumentIsOfThisRecord = "document_is_of_this_record",
    /// Line 11.
    DocumentIsNotDeleted = "document_is_not_deleted",
    /// Line 7: a structure or an employee sees own references only.
    DocumentIsOwn = "document_is_own",
    /// Line 12.
    DocumentIsAnnounced = "document_is_announced",
    /// Line 13.
    DocumentIsNotKeptFromRepresentatives = "document_is_not_kept_from_representatives",
    /// Line 14.
    DocumentIsNotMasked = "document_is_not_masked",
    /// Line 14: masked by the holder to this professional or this structure.
    DocumentIsNotMaskedToCaller = "document_is_not_masked_to_caller",
    /// Line 15: the signature of a set is its author's only.
    SignatureIsOwn = "signature_is_own",
    /// Line 15.
    TypeIsOpenToProfession = "type_is_open_to_profession",
}
