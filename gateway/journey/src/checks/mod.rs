//! What a deposit must satisfy beside the policy, by stage: [`request`] before any stored data is read,
//! [`links`] on the record's own data, [`content`] on the bytes. One rule a file.

pub mod content;
pub mod links;
pub mod request;
