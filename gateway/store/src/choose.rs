//! The choices about who may do what.

use journey::Event;
use model::{EmergencyMode, EntryUuid, Party, Rule};
use policy::{Choice, Grant, Ground, Setting};

use crate::failure::Failure;
use crate::masks::{mask_to, unmask_to};
use crate::operate::enter;
use crate::record::{Record, Written, notice_name};
use crate::session::{Session, Statement};
use crate::traces::open_review;

/// A choice about to be written.
pub(crate) struct Choosing<'a> {
    pub(crate) record: &'a Record,
    pub(crate) event: &'a Event,
}

impl Choosing<'_> {
    /// Writes it. What stands already, or does not stand, is left as it is.
    pub(crate) async fn write(&self, session: &mut Session<'_>, choice: &Choice) -> Result<(), Failure> {
        let at = self.event.at;
        match choice {
            Choice::Set(setting) => self.set(session, setting).await,
            Choice::Lift(setting) => self.lift(session, setting).await,
            Choice::OpposeRecord => enter(session, self.record, Written::Opposed, at).await,
            Choice::WithdrawOpposition => enter(session, self.record, Written::Open, at).await,
            Choice::CloseRecord => enter(session, self.record, Written::Closed, at).await,
            Choice::Notify(notice) => {
                let update = sqlx::query("UPDATE record SET notice = $2 WHERE patient_key = $1");
                self.run(session, update.bind(self.key()).bind(notice_name(*notice))).await
            }
            Choice::Contest(access) => self.contest(session, access).await,
            // Written by `operate`, with nothing of the record left.
            Choice::EraseRecord => Err(Failure::Conflict(Rule::RecordExists)),
        }
    }

    async fn set(&self, session: &mut Session<'_>, setting: &Setting) -> Result<(), Failure> {
        let statement = match setting {
            Setting::Authorised(party, grant) => self.authorise(party, grant),
            Setting::Blocked(party) => self.since(include_str!("queries/block.sql"), party),
            Setting::FeedingRefused(party) => self.since(include_str!("queries/refuse_feeding.sql"), party),
            Setting::Opposed(mode) => self.flag(oppose(*mode)),
            Setting::MaskedAllowed(mode) => self.flag(allow_masked(*mode)),
            Setting::Treating(person) => sqlx::query(include_str!("queries/declare_treating.sql"))
                .bind(self.key())
                .bind(person.0.clone())
                .bind(self.event.at.0),
            Setting::MaskedTo(document, party) => {
                mask_to(session, &self.record.key, document, party, self.event.at).await?;
                return Ok(());
            }
        };
        self.run(session, statement).await
    }

    async fn lift(&self, session: &mut Session<'_>, setting: &Setting) -> Result<(), Failure> {
        let statement = match setting {
            Setting::Authorised(party, _) => self.without(include_str!("queries/withdraw.sql"), party),
            Setting::Blocked(party) => self.without(include_str!("queries/unblock.sql"), party),
            Setting::FeedingRefused(party) => self.without(include_str!("queries/accept_feeding.sql"), party),
            Setting::Opposed(mode) => sqlx::query(accept(*mode)).bind(self.key()),
            Setting::MaskedAllowed(mode) => sqlx::query(hide_masked(*mode)).bind(self.key()),
            Setting::Treating(person) => {
                sqlx::query(include_str!("queries/end_treating.sql")).bind(self.key()).bind(person.0.clone())
            }
            Setting::MaskedTo(document, party) => {
                unmask_to(session, &self.record.key, document, party).await?;
                return Ok(());
            }
        };
        self.run(session, statement).await
    }

    /// Puts an access of this record into the review queue, once.
    async fn contest(&self, session: &mut Session<'_>, access: &EntryUuid) -> Result<(), Failure> {
        let select = sqlx::query("SELECT 1 FROM journal WHERE lane = $1 AND event = $2");
        let known = session.one(select.bind(self.key()).bind(access.as_bytes().as_slice())).await?;
        if known.is_none() {
            return Err(Failure::Conflict(Rule::ActIsComplete));
        }
        open_review(session, &self.record.key, self.event, "contested", access.as_bytes()).await
    }

    fn authorise(&self, party: &Party, grant: &Grant) -> Statement<'static> {
        sqlx::query(include_str!("queries/authorise.sql"))
            .bind(self.key())
            .bind(party.kind())
            .bind(party.id().to_owned())
            .bind(grant.ground == Ground::GrantedByHolder)
            .bind(grant.ground.name())
            .bind(self.event.at.0)
            .bind(grant.until.0)
    }

    fn since(&self, statement: &'static str, party: &Party) -> Statement<'static> {
        self.without(statement, party).bind(self.event.at.0)
    }

    fn without(&self, statement: &'static str, party: &Party) -> Statement<'static> {
        sqlx::query(statement).bind(self.key()).bind(party.kind()).bind(party.id().to_owned())
    }

    fn flag(&self, statement: &'static str) -> Statement<'static> {
        sqlx::query(statement).bind(self.key()).bind(self.event.at.0)
    }

    fn key(&self) -> Vec<u8> {
        self.record.key.as_slice().to_vec()
    }

    async fn run(&self, session: &mut Session<'_>, statement: Statement<'_>) -> Result<(), Failure> {
        session.run(statement).await?;
        Ok(())
    }
}

const fn oppose(mode: EmergencyMode) -> &'static str {
    match mode {
        EmergencyMode::BreakGlass => include_str!("queries/oppose_break_glass.sql"),
        EmergencyMode::Centre15 => include_str!("queries/oppose_centre_15.sql"),
    }
}

const fn accept(mode: EmergencyMode) -> &'static str {
    match mode {
        EmergencyMode::BreakGlass => include_str!("queries/accept_break_glass.sql"),
        EmergencyMode::Centre15 => include_str!("queries/accept_centre_15.sql"),
    }
}

const fn allow_masked(mode: EmergencyMode) -> &'static str {
    match mode {
        EmergencyMode::BreakGlass => include_str!("queries/allow_masked_in_break_glass.sql"),
        EmergencyMode::Centre15 => include_str!("queries/allow_masked_in_centre_15.sql"),
    }
}

const fn hide_masked(mode: EmergencyMode) -> &'static str {
    match mode {
        EmergencyMode::BreakGlass => include_str!("queries/hide_masked_in_break_glass.sql"),
        EmergencyMode::Centre15 => include_str!("queries/hide_masked_in_centre_15.sql"),
    }
}
