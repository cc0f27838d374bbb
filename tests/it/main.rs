//! The suites, compiled as one binary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod access;
mod activation;
mod acts;
mod architecture;
mod bad_input;
mod both_doors;
mod consents;
mod deposit_rights;
mod deposit_status;
mod dmp;
mod doors_agree;
mod fhir_answers;
mod finding;
mod folders;
mod fuzz;
mod generate_metadata;
mod identity_feed;
mod instants_of_effect;
mod matrix_examples;
mod non_interference;
mod proofs;
mod public_examples;
mod published_matrix;
mod refusals;
mod registry;
mod renewal;
mod replaced_by_name;
mod replay;
mod representatives;
mod request_rules;
mod requirements;
mod retries;
mod revocation;
mod round_trip;
mod routes;
mod scenarios;
mod schemas;
mod simplified_publish;
mod statements;
mod subscriptions;
mod validate;
mod visibility;
mod wire;
mod world;
mod wrapping;
mod wsdl;
mod xds_updates;
mod xml;
mod xml_schema;
