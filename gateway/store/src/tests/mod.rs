//! The suites: what the port promises, on real files.

mod activation;
mod amendments;
mod atomicity;
mod audit;
mod deposits;
mod erasure;
mod exports;
mod facts;
mod files;
mod groups;
mod histories;
mod instants_of_effect;
mod journal;
mod kit;
mod made;
mod masks;
mod notices;
mod registry;
mod reviews;
mod rights;
mod searches;
mod secrecy;
mod states;
mod steps;
mod subscriptions;
mod visibilities;
