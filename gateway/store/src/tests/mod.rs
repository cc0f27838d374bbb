//! The suites: what the port promises, on real files.

mod atomicity;
mod audit;
mod deposits;
mod facts;
mod files;
mod groups;
mod instants_of_effect;
mod journal;
mod kit;
mod made;
mod masks;
mod searches;
mod secrecy;
mod subscriptions;
mod visibilities;
