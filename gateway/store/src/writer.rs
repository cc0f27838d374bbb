//! The one writer. Jobs queue in a bounded channel; the writer takes what is there, runs each in its own
//! savepoint of one transaction, commits once, and only then acknowledges: one fsync for many. A job that
//! fails takes nothing but itself back.

use std::sync::Arc;

use journey::CommitError;
use model::Receipt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

use crate::activate::Tried;
use crate::amend::Amended;
use crate::audit::KeptRoot;
use crate::calendar::Calendar;
use crate::failure::Failure;
use crate::journal::Recorded;
use crate::keys::Keys;
use crate::mailroom::MailJob;
use crate::operate::Operated;
use crate::prepare::Deposit;
use crate::purge::Purged;
use crate::review::Closing;
use crate::revise::Revised;
use crate::session::Session;
use crate::staging::StageJob;

/// Jobs that may wait; one more is told to come back later.
const QUEUE: usize = 256;
/// Jobs committed together at the most.
const GROUP: usize = 64;

/// One thing to write.
pub(crate) enum Job {
    /// A deposit.
    Deposit(Box<Deposit>),
    /// An event alone.
    Event(Box<Recorded>),
    /// An operation on a record.
    Operation(Box<Operated>),
    /// Acts on one document.
    Amendment(Box<Amended>),
    /// Changes of a registry, all or nothing.
    Revision(Box<Revised>),
    /// A try at an activation.
    Activation(Box<Tried>),
    /// The end of a record's retention.
    Purge(Box<Purged>),
    /// Subscriptions, and what the relay reports.
    Mail(Box<MailJob>),
    /// An access that somebody has looked at.
    Review(Box<Closing>),
    /// A sealed root.
    Root(Box<KeptRoot>),
    /// A large document on its way in.
    Stage(Box<StageJob>),
}

/// What was written.
#[derive(Debug)]
pub(crate) enum Written {
    /// A deposit, with its receipt.
    Receipt(Receipt),
    /// Something without an answer.
    Done,
    /// The same, and keys were destroyed.
    Destroyed,
    /// Whether a try was right.
    Right(bool),
}

type Answer = Result<Written, CommitError>;

enum Message {
    Write(Job, oneshot::Sender<Answer>),
    Close(oneshot::Sender<()>),
}

/// The door to the writer.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
    #[cfg(test)]
    pub(crate) trip: crate::session::Trip,
    #[cfg(test)]
    pub(crate) gate: gate::Gate,
}

/// Lets a test hold the writer back until what it wants to meet has been queued.
#[cfg(test)]
pub(crate) mod gate {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::{Mutex, OwnedMutexGuard};

    #[derive(Debug, Clone, Default)]
    pub(crate) struct Gate {
        shut: Arc<Mutex<()>>,
        queued: Arc<AtomicUsize>,
    }

    impl Gate {
        /// Shuts it until the guard is dropped: nothing is written meanwhile.
        pub(crate) async fn shut(&self) -> OwnedMutexGuard<()> {
            Arc::clone(&self.shut).lock_owned().await
        }

        /// Jobs queued since the store was opened.
        pub(crate) fn queued(&self) -> usize {
            self.queued.load(Ordering::SeqCst)
        }

        pub(super) fn count(&self) {
            self.queued.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Writer {
    /// Starts the writer on its connection.
    pub(crate) fn start(
        options: SqliteConnectOptions,
        connection: SqliteConnection,
        keys: Arc<Keys>,
        calendar: Arc<Calendar>,
    ) -> Self {
        let (queue, messages) = mpsc::channel(QUEUE);
        let desk = Desk {
            options,
            keys,
            calendar,
            #[cfg(test)]
            trip: crate::session::Trip::default(),
            #[cfg(test)]
            gate: gate::Gate::default(),
        };
        #[cfg(test)]
        let (trip, gate) = (desk.trip.clone(), desk.gate.clone());
        tokio::spawn(serve(desk, connection, messages));
        Writer {
            queue,
            #[cfg(test)]
            trip,
            #[cfg(test)]
            gate,
        }
    }

    /// Queues a job and waits for its group's commit.
    pub(crate) async fn write(&self, job: Job) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Message::Write(job, answer)).map_err(|error| {
            match error {
                mpsc::error::TrySendError::Full(_) => Failure::Busy,
                mpsc::error::TrySendError::Closed(_) => Failure::Closed,
            }
            .into_commit_error()
        })?;
        #[cfg(test)]
        self.gate.count();
        answered.await.unwrap_or_else(|_| Err(Failure::Closed.into_commit_error()))
    }

    /// As [`Writer::write`], waiting for room in the queue: whoever sends a large document is slowed down by it.
    pub(crate) async fn write_in_turn(&self, job: Job) -> Answer {
        let (answer, answered) = oneshot::channel();
        let closed = || Failure::Closed.into_commit_error();
        self.queue.send(Message::Write(job, answer)).await.map_err(|_| closed())?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// True while jobs are taken.
    pub(crate) fn is_open(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Waits until everything queued is committed and the connection is closed.
    pub(crate) async fn close(&self) {
        let (closed, done) = oneshot::channel();
        if self.queue.send(Message::Close(closed)).await.is_ok() {
            // An error means that another close came first and the writer has ended: as asked.
            let _ended = done.await;
        }
    }
}

#[derive(Clone)]
struct Desk {
    options: SqliteConnectOptions,
    keys: Arc<Keys>,
    calendar: Arc<Calendar>,
    #[cfg(test)]
    trip: crate::session::Trip,
    #[cfg(test)]
    gate: gate::Gate,
}

type Member = (Job, oneshot::Sender<Answer>);

async fn serve(desk: Desk, mut connection: SqliteConnection, mut messages: mpsc::Receiver<Message>) {
    let mut closing = Vec::new();
    while let Some(first) = messages.recv().await {
        let mut group: Vec<Member> = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Write(job, answer) => group.push((job, answer)),
                Message::Close(closed) => {
                    messages.close();
                    closing.push(closed);
                }
            }
            next = if group.len() < GROUP { messages.try_recv().ok() } else { None };
        }
        if !group.is_empty() {
            #[cfg(test)]
            let _open = desk.gate.shut().await;
            connection = write_group(&desk, connection, group).await;
        }
    }
    empty_log(&mut Session::new(&mut connection)).await;
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the database did not close cleanly");
    }
    for closed in closing {
        let _nobody_waits_any_more = closed.send(());
    }
}

/// Runs a group apart, so that a panic costs the group and its connection, not the writer.
async fn write_group(desk: &Desk, mut connection: SqliteConnection, group: Vec<Member>) -> SqliteConnection {
    let task = desk.clone();
    let run = tokio::spawn(async move {
        let usable = run_group(&task, &mut connection, group).await;
        (connection, usable)
    });
    match run.await {
        Ok((connection, true)) => connection,
        Ok((connection, false)) => desk.options.connect().await.unwrap_or(connection),
        Err(_) => reconnect(desk).await,
    }
}

/// Without a connection there is nothing to do but to try again.
async fn reconnect(desk: &Desk) -> SqliteConnection {
    loop {
        match desk.options.connect().await {
            Ok(connection) => return connection,
            Err(error) => {
                tracing::error!(%error, "the writer has no connection");
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        }
    }
}

/// Runs the group; false when the connection must not be used again.
async fn run_group(desk: &Desk, connection: &mut SqliteConnection, group: Vec<Member>) -> bool {
    #[cfg(test)]
    let mut session = Session::tripped(connection, desk.trip.clone());
    #[cfg(not(test))]
    let mut session = Session::new(connection);
    let (jobs, answers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
    let mut results = Vec::with_capacity(jobs.len());
    let outcome = in_one_transaction(desk, &mut session, jobs, &mut results).await;
    if outcome.is_ok() && results.iter().any(|result| matches!(result, Ok(Written::Destroyed))) {
        empty_log(&mut session).await;
    }
    let usable = match &outcome {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, members = answers.len(), "a group was not committed");
            session.run(sqlx::query("ROLLBACK")).await.is_ok() || is_idle(&mut session).await
        }
    };
    let mut results = results.into_iter();
    for answer in answers {
        let result = match (&outcome, results.next()) {
            (Ok(()), Some(result)) => result,
            (Err(_), Some(Err(own))) => Err(own),
            (Err(error), _) => Err(fault_of(error)),
            (Ok(()), None) => Err(Failure::Closed.into_commit_error()),
        };
        let _caller_may_have_left = answer.send(result);
    }
    usable
}

async fn in_one_transaction(
    desk: &Desk,
    session: &mut Session<'_>,
    jobs: Vec<Job>,
    results: &mut Vec<Answer>,
) -> Result<(), sqlx::Error> {
    session.run(sqlx::query("BEGIN IMMEDIATE")).await?;
    for job in jobs {
        session.run(sqlx::query("SAVEPOINT member")).await?;
        let result = perform(desk, session, job).await;
        if result.is_err() {
            session.run(sqlx::query("ROLLBACK TO member")).await?;
        }
        session.run(sqlx::query("RELEASE member")).await?;
        results.push(result.map_err(Failure::into_commit_error));
    }
    session.run(sqlx::query("COMMIT")).await?;
    Ok(())
}

async fn perform(desk: &Desk, session: &mut Session<'_>, job: Job) -> Result<Written, Failure> {
    let (keys, calendar) = (&*desk.keys, &*desk.calendar);
    let done = |destroyed| if destroyed { Written::Destroyed } else { Written::Done };
    match job {
        Job::Deposit(deposit) => deposit.write(keys, calendar, session).await.map(Written::Receipt),
        Job::Event(recorded) => recorded.write(keys, calendar, session).await.map(|()| Written::Done),
        Job::Operation(operated) => operated.write(keys, calendar, session).await.map(done),
        Job::Amendment(amended) => amended.write(keys, session).await.map(done),
        Job::Revision(revised) => revised.write(keys, session).await.map(done),
        Job::Activation(tried) => tried.write(keys, calendar, session).await.map(Written::Right),
        Job::Mail(mail) => mail.write(keys, session).await.map(Written::Right),
        Job::Purge(purged) => purged.write(keys, calendar, session).await.map(done),
        Job::Review(closing) => closing.write(keys, session).await.map(Written::Right),
        Job::Root(root) => root.write(session).await.map(|()| Written::Done),
        Job::Stage(stage) => stage.write(session).await.map(Written::Right),
    }
}

/// Moves the write-ahead log into the file and empties it, so that a key that was destroyed does not live on in it.
async fn empty_log(session: &mut Session<'_>) {
    if let Err(error) = session.one(sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")).await {
        tracing::warn!(%error, "the write-ahead log could not be moved into the file");
    }
}

/// True if no transaction is open: SQLite itself rolled back (disk full, for instance).
async fn is_idle(session: &mut Session<'_>) -> bool {
    session.run(sqlx::query("BEGIN")).await.is_ok() && session.run(sqlx::query("ROLLBACK")).await.is_ok()
}

fn fault_of(error: &sqlx::Error) -> CommitError {
    let transient = matches!(error, sqlx::Error::Database(_));
    CommitError::Fault(journey::Fault { cause: format!("the group was not committed: {error}"), transient })
}
