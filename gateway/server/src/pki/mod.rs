//! Development certificates and keys: what `credential`, the demonstration and the tests use. They stand for
//! the shapes of IGC-Santé (structure: OU = Struct_IdNat; person: CN = PS_IdNat) and prove nothing else.

mod assertion;
mod authority;
mod token;

pub use assertion::{VihfText, assertion, signer, signer_from_pem, vihf_claims};
pub use authority::{Authority, Credential, PkiError, Usage};
pub use token::{EVERYDAY_SCOPE, TokenClaims, TokenIssuer};
