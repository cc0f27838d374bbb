//! The attacker who makes the chains anew: found by the roots, and by nothing else.

use sqlx::Row as _;

use super::*;
use crate::journal::{FIRST_LINK, chain, unbound_chain};

/// Recomputes every link and head, of one lane or of all: consistent in itself.
pub(super) async fn relink(session: &mut Session<'_>, only: Option<&[u8]>, bound: bool) {
    let lanes = session.all(sqlx::query("SELECT lane FROM lane")).await.unwrap();
    for lane in lanes.iter().map(|row| row.get::<Vec<u8>, _>(0)) {
        if only.is_some_and(|only| only != lane) {
            continue;
        }
        let select = "SELECT seq, at, event, commitment FROM journal WHERE lane = $1 ORDER BY seq";
        let rows = session.all(sqlx::query(select).bind(lane.clone())).await.unwrap();
        let (mut link, mut seq) = (FIRST_LINK, 0_i64);
        for row in rows {
            let (stood, at): (i64, i64) = (row.get("seq"), row.get("at"));
            let (event, commitment): (Vec<u8>, Vec<u8>) = (row.get("event"), row.get("commitment"));
            seq += 1;
            link = match bound {
                true => chain(&link, seq, at, &event, &commitment),
                false => unbound_chain(&link, seq, at, &commitment),
            };
            let update = "UPDATE journal SET seq = $3, chain = $4 WHERE lane = $1 AND seq = $2";
            let update = sqlx::query(update).bind(lane.clone()).bind(stood).bind(seq).bind(link.to_vec());
            session.run(update).await.unwrap();
        }
        let update = "UPDATE lane SET last_seq = $2, last_chain = $3 WHERE lane = $1";
        session.run(sqlx::query(update).bind(lane).bind(seq).bind(link.to_vec())).await.unwrap();
    }
}

#[tokio::test]
async fn a_suffix_written_anew_with_its_head_is_found_by_the_roots_alone() {
    let sealed = Sealed::new().await;
    let mut behind = sealed.world.behind().await;
    let mut session = Session::new(&mut behind);
    let forge = "UPDATE journal SET at = 7, salt = NULL, payload = NULL, erased_at = 1,
                 commitment = zeroblob(32)
                 WHERE seq = 4 AND lane = (SELECT max(lane) FROM lane WHERE last_seq = 5)";
    assert_eq!(session.run(sqlx::query(forge)).await.unwrap(), 1);
    relink(&mut session, None, true).await;
    let plain = journey::Store::verify_journal(sealed.world.store()).await.unwrap();
    assert_eq!((plain.erased, plain.broken), (1, Vec::new()), "consistent in itself");
    let report = sealed.report().await;
    assert_eq!(kinds(&report), [FaultKind::Rewritten]);
    let fault = &report.faults[0];
    assert_eq!((fault.seq, fault.root), (Some(4), Some(2)), "the first sealed head that is another one");
    assert!(fault.to_string().ends_with("event 4: rewritten since root 2"), "{fault}");
}

#[tokio::test]
async fn a_tail_cut_with_its_head_and_a_whole_lane_gone_are_found_and_named() {
    let sealed = Sealed::new().await;
    sealed.world.tamper("DELETE FROM journal WHERE seq = 5").await;
    let mut behind = sealed.world.behind().await;
    let mut session = Session::new(&mut behind);
    relink(&mut session, None, true).await;
    assert!(journey::Store::verify_journal(sealed.world.store()).await.unwrap().broken.is_empty());
    assert_eq!(kinds(&sealed.report().await), [FaultKind::Truncated]);
    sealed
        .world
        .tamper("DELETE FROM journal WHERE lane = zeroblob(16); DELETE FROM lane WHERE lane = zeroblob(16)")
        .await;
    let found = kinds(&sealed.report().await);
    assert_eq!(found, [FaultKind::LaneMissing, FaultKind::Truncated]);
}

#[tokio::test]
async fn each_kind_of_change_is_told_by_its_name_and_its_place() {
    let lane = "lane = (SELECT max(lane) FROM lane WHERE last_seq = 5)";
    for (sql, kind, seq) in [
        ("UPDATE journal SET at = at + 1 WHERE seq = 3 AND ", FaultKind::Edited, 3),
        ("UPDATE journal SET payload = zeroblob(40) WHERE seq = 2 AND ", FaultKind::Edited, 2),
        ("UPDATE journal SET chain = zeroblob(32) WHERE seq = 3 AND ", FaultKind::Edited, 3),
        ("DELETE FROM journal WHERE seq = 3 AND ", FaultKind::Removed, 3),
        ("DELETE FROM journal WHERE seq >= 4 AND ", FaultKind::Truncated, 4),
        ("UPDATE journal SET seq = -seq WHERE seq IN (2, 3) AND ", FaultKind::Reordered, 2),
    ] {
        let sealed = Sealed::new().await;
        let mut behind = sealed.world.behind().await;
        let mut session = Session::new(&mut behind);
        session.run(sqlx::query(sqlx::AssertSqlSafe(format!("{sql}{lane}")))).await.unwrap();
        if kind == FaultKind::Reordered {
            session.run(sqlx::query("UPDATE journal SET seq = 5 + seq WHERE seq < 0")).await.unwrap();
        }
        let report = sealed.report().await;
        let first = report.faults.iter().find(|fault| fault.kind == kind);
        let named = report.faults.iter().any(|fault| fault.kind == kind && fault.seq == Some(seq));
        assert!(named, "{sql}: {first:?} in {report:?}");
    }
}
