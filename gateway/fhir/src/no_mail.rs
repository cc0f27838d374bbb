//! The part of a test's store that sends nothing.

// A macro, because every store of a test needs the same empty implementation of the same port.
macro_rules! no_mail {
    ($store:ty) => {
        impl journey::Mailroom for $store {
            async fn due_notices(
                &self,
                _: model::Moment,
                _: u32,
            ) -> Result<Vec<journey::DueNotice>, journey::Fault> {
                Ok(Vec::new())
            }

            async fn due_handshakes(
                &self,
                _: model::Moment,
                _: u32,
            ) -> Result<Vec<journey::Handshake>, journey::Fault> {
                Ok(Vec::new())
            }

            async fn report(&self, _: Vec<journey::Report>, _: model::Moment) -> Result<(), journey::Fault> {
                Ok(())
            }

            async fn subscribe(
                &self,
                _: policy::Permitted<policy::SubscriptionAct>,
                _: journey::Subscription,
                _: journey::Event,
            ) -> Result<(), journey::CommitError> {
                Err(journey::CommitError::Moved)
            }

            async fn past_events(
                &self,
                _: &model::Ins,
                _: model::EntryUuid,
                _: (i64, i64),
                _: u32,
                _: model::Moment,
            ) -> Result<Vec<journey::PastEvent>, journey::Fault> {
                Ok(Vec::new())
            }

            async fn resubscribe(
                &self,
                _: policy::Permitted<policy::SubscriptionAct>,
                _: journey::Subscription,
                _: journey::Event,
            ) -> Result<bool, journey::CommitError> {
                Err(journey::CommitError::Moved)
            }

            async fn unsubscribe(
                &self,
                _: policy::Permitted<policy::SubscriptionAct>,
                _: journey::Subscriber,
                _: journey::Event,
            ) -> Result<bool, journey::CommitError> {
                Err(journey::CommitError::Moved)
            }

            async fn subscriptions(
                &self,
                _: &model::Ins,
                _: &journey::Subscriber,
            ) -> Result<Vec<journey::Subscription>, journey::Fault> {
                Ok(Vec::new())
            }

            async fn record_of_subscription(
                &self,
                _: model::EntryUuid,
            ) -> Result<Option<model::Ins>, journey::Fault> {
                Ok(None)
            }

            async fn summaries(
                &self,
                _: i16,
                _: (model::Moment, model::Moment),
                _: bool,
            ) -> Result<Vec<journey::Summary>, journey::Fault> {
                Ok(Vec::new())
            }

            async fn summarised(
                &self,
                _: i16,
                _: Vec<[u8; 16]>,
                _: model::Moment,
            ) -> Result<(), journey::Fault> {
                Ok(())
            }

            async fn letters(
                &self,
                _: model::Moment,
                _: bool,
            ) -> Result<Vec<journey::Letter>, journey::Fault> {
                Ok(Vec::new())
            }
        }
    };
}

pub(crate) use no_mail;
