//! The DMP's own services at `/dmp`: what a reader needs before the first ITI-18.
//!
//! TD0.2 says whether a record exists, whether it is open and how the caller stands to it; TD0.3 attests or withdraws
//! the caller's own authorisation. The use cases are those of every door; `docs/decisions/0017` says which part of the
//! wire was read in public messages of the DMP and which is this gateway's own.

pub mod names;
pub mod td02;
pub mod td03;

use model::Stage;

/// The code of a refusal whose rule has none of its own (`mappings/refusals.toml`).
pub(crate) const fn code(stage: Stage) -> &'static str {
    match stage {
        Stage::Caller | Stage::Record | Stage::Right | Stage::Flags => names::DENIED,
        Stage::Request => names::INVALID,
        Stage::Links | Stage::Content | Stage::Commit => names::INTERNAL,
    }
}
