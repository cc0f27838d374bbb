//! Which record a request is about when it names documents and no patient.

use model::{Actor, Caller, Ins};
use policy::{Ask, ReadAct, decide_document, decide_read};

use crate::{Clock, Desk, DocumentKey, Fault, Ids, Store, StoredEntry};

/// How the caller means to reach the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To see them.
    Read(ReadAct),
    /// To change them: their own as well.
    Amend,
}

/// Where one named document is looked for, and whether request or proof name that record. A person's own account
/// that names nobody looks in its own record, unless the document is one that it reaches as a representative.
pub(crate) async fn looked_for<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    reach: Reach,
    asked: Option<&Ins>,
    key: &DocumentKey,
) -> Result<(Option<Ins>, bool), Fault> {
    if let Some(named) = asked.or(caller.patient.as_ref()) {
        return Ok((Some(named.clone()), true));
    }
    let Actor::Holder { ins: own } = &caller.actor else {
        return Ok((located(desk, caller, reach, std::slice::from_ref(key)).await?, false));
    };
    let held = desk.store.locate(key).await?;
    let elsewhere = held.iter().filter(|_| !held.contains(own));
    for patient in elsewhere {
        if let Some(stored) = desk.store.entry(patient, key).await?
            && reaches(desk, caller, reach, patient, &stored).await?
        {
            return Ok((Some(patient.clone()), true));
        }
    }
    Ok((Some(own.clone()), true))
}

/// The record of the first document, in the order of the names, that the caller reaches; a uniqueId that they reach
/// in two records names none. When they reach nothing, any record that holds something: the answer is the same as
/// for none, and the event says where it was tried. What somebody may not see never decides: neither another
/// record's document of the same uniqueId, nor one named beside their own.
pub(crate) async fn located<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    reach: Reach,
    keys: &[DocumentKey],
) -> Result<Option<Ins>, Fault> {
    let mut held = Vec::new();
    for key in keys {
        held.push((key, desk.store.locate(key).await?));
    }
    let mut every = held.iter().flat_map(|(_, patients)| patients);
    let first = every.next().cloned();
    if every.all(|patient| Some(patient) == first.as_ref()) {
        return Ok(first);
    }
    let mut ambiguous = false;
    for (key, patients) in &held {
        let mut reached = Vec::new();
        for patient in patients {
            if let Some(stored) = desk.store.entry(patient, key).await?
                && reaches(desk, caller, reach, patient, &stored).await?
            {
                reached.push(patient);
            }
        }
        match reached.as_slice() {
            [] => {}
            [one] => return Ok(Some((*one).clone())),
            [_, _, ..] => ambiguous = true,
        }
    }
    Ok(first.filter(|_| !ambiguous))
}

/// True if a name that says nothing of the patient is that of documents in several records, of those that the caller
/// reaches.
pub(crate) async fn several<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    reach: Reach,
    key: &DocumentKey,
) -> Result<bool, Fault> {
    let mut reached = 0;
    for patient in desk.store.locate(key).await? {
        if let Some(stored) = desk.store.entry(&patient, key).await?
            && reaches(desk, caller, reach, &patient, &stored).await?
        {
            reached += 1;
        }
    }
    Ok(reached > 1)
}

async fn reaches<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    reach: Reach,
    patient: &Ins,
    stored: &StoredEntry,
) -> Result<bool, Fault> {
    let now = desk.clock.now();
    let facts = desk.store.facts(patient, caller, now).await?;
    Ok(match reach {
        Reach::Read(act) => {
            let ask = Ask { patient: patient.clone(), act };
            decide_read(desk.law(now), &facts, caller, &ask).is_ok_and(|visibility| visibility.admits(stored))
        }
        Reach::Amend => decide_document(desk.law(now), &facts, caller, patient, stored, Vec::new()).is_ok(),
    })
}
