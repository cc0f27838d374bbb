//! The rules A2 to A7 against assertions made here, by xmlsec1 and by signxml, and against attacks on them; the
//! signatures of messages likewise.

mod attacks;
mod certificates;
mod completeness;
mod directory;
mod interoperability;
mod messages;
mod rules;
mod samples;
mod shapes;
mod signing;
mod storm;
mod workshop;
