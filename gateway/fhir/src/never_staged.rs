//! The part of a test's store that puts nothing aside.

/// No document on its way in: there is never one.
pub(crate) enum NeverStaged {}

impl journey::Staging for NeverStaged {
    async fn write(&mut self, _: Vec<u8>) -> Result<(), journey::Fault> {
        match *self {}
    }

    async fn finish(&mut self) -> Result<(), journey::Fault> {
        match *self {}
    }
}
