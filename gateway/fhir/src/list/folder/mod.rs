//! A folder as a List.

mod read;

pub(crate) use read::{Given, read};
