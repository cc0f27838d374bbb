//! XDS metadata in ebRIM 3.0 (IHE ITI TF-3 §4.2): reading into the model, and writing the model.

mod author;
mod entry;
mod folder;
mod links;
pub(crate) mod list;
mod membership;
pub(crate) mod names;
mod notes;
mod object;
mod places;
mod relationship;
mod set;
mod source_patient;
pub(crate) mod submission;
mod symbols;
pub(crate) mod update;
mod way;
mod write;

pub(crate) use entry::read as read_entry;
pub(crate) use folder::read as read_folder;
pub(crate) use list::entry_ids;
pub(crate) use names::bare_scheme;
pub(crate) use notes::Notes;
pub(crate) use object::{Object, shown as shown_id};
pub(crate) use places::Places;
pub(crate) use set::read as read_set;
pub(crate) use symbols::{Symbols, canonical as canonical_id};
pub(crate) use way::Form;
pub use way::Way;
pub(crate) use write::{
    ShownAssociation, declare, write_association, write_entry, write_folder, write_set, write_submission,
};
