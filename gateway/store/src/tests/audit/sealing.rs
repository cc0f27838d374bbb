//! Sealing: what a root covers, what the file outside holds, and what is never sealed over.

use super::*;
use crate::SealError;

#[tokio::test]
async fn an_untouched_sealed_journal_is_sound_and_tells_its_unsealed_tail() {
    let sealed = Sealed::new().await;
    let report = sealed.report().await;
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.roots, report.sound, report.unsealed), (3, 18, None));
    assert_eq!(report.last_root, Some((3, sealed.world.desk.clock.now())));
    sealed.event(Some(ins(1))).await;
    sealed.event(None).await;
    let tail = sealed.report().await.unsealed.unwrap();
    assert_eq!((tail.events, tail.since), (2, sealed.world.desk.clock.now()));
    assert_eq!(sealed.seal().await, Seal { root: 4, made: 1, events: 20, held_back: 0 });
    assert_eq!(sealed.report().await.unsealed, None);
}

#[tokio::test]
async fn without_news_no_root_is_made() {
    let sealed = Sealed::new().await;
    assert_eq!(sealed.seal().await, Seal { root: 3, made: 0, events: 18, held_back: 0 });
    let empty = World::new().await;
    let (key, roots) = (empty.folder.path().join("audit.key"), empty.folder.path().join("roots"));
    let key = SealingKey::load_or_create(&key).unwrap();
    assert_eq!(empty.store().seal(&key, &roots, Moment(1)).await.unwrap(), Seal::default());
    assert_eq!(empty.store().last_seal().await.unwrap(), None);
}

#[tokio::test]
async fn roots_name_no_patient_and_no_internal_key() {
    let sealed = Sealed::new().await;
    let text = std::fs::read_to_string(sealed.roots()).unwrap();
    assert_eq!(text.lines().count(), 3);
    let mut behind = sealed.world.behind().await;
    let rows = Session::new(&mut behind).all(sqlx::query("SELECT lane FROM lane")).await.unwrap();
    for row in rows {
        let lane: Vec<u8> = sqlx::Row::get(&row, 0);
        let digits: String = lane.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        assert!(!text.contains(&format!("[\"{digits}")), "a lane by its key");
    }
    assert!(!text.contains(ins(1).number()));
}

#[tokio::test]
async fn a_file_that_was_left_behind_or_half_written_is_brought_up_by_the_next_seal() {
    let sealed = Sealed::new().await;
    let whole = std::fs::read(sealed.roots()).unwrap();
    let second_line = 1 + whole.iter().position(|byte| *byte == b'\n').unwrap();
    for length in [0, 10, second_line - 1, second_line, second_line + 7, whole.len() - 1] {
        std::fs::write(sealed.roots(), &whole[..length]).unwrap();
        let behind = sealed.report().await;
        assert!(behind.is_sound() && behind.not_in_file > 0, "{length}: {behind:?}");
        assert_eq!(sealed.seal().await.made, 0);
        assert_eq!(std::fs::read(sealed.roots()).unwrap(), whole, "{length}");
    }
}

#[tokio::test]
async fn nothing_is_sealed_beside_a_file_of_other_roots() {
    let sealed = Sealed::new().await;
    let whole = std::fs::read_to_string(sealed.roots()).unwrap();
    for other in
        [format!("{whole}nonsense\n"), whole.replace("\"events\":18", "\"events\":19"), format!("{whole}x")]
    {
        std::fs::write(sealed.roots(), &other).unwrap();
        sealed.event(Some(ins(1))).await;
        let refused = sealed.world.store().seal(&sealed.key, &sealed.roots(), Moment(1)).await;
        assert!(matches!(refused, Err(SealError::FileDisagrees)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_database_that_was_taken_back_is_found_and_not_sealed_again() {
    let sealed = Sealed::new().await;
    sealed.world.tamper("DELETE FROM sealed_root WHERE number = 3").await;
    assert!(kinds(&sealed.report().await).contains(&FaultKind::RootDiffers));
    let refused = sealed.world.store().seal(&sealed.key, &sealed.roots(), Moment(1)).await;
    assert!(matches!(refused, Err(SealError::FileDisagrees)));
}

#[tokio::test]
async fn sealed_heads_that_were_touched_are_not_gone_on_from() {
    let sealed = Sealed::new().await;
    sealed.world.tamper("UPDATE sealed_head SET seq = seq - 1 WHERE place = 1").await;
    sealed.event(Some(ins(1))).await;
    let refused = sealed.world.store().seal(&sealed.key, &sealed.roots(), Moment(1)).await;
    assert!(matches!(refused, Err(SealError::HeadsDoNotHold)));
}

#[tokio::test]
async fn a_lane_that_contradicts_what_was_sealed_is_held_back() {
    let sealed = Sealed::new().await;
    sealed.world.tamper("UPDATE journal SET chain = zeroblob(32) WHERE seq = 5").await;
    sealed.event(Some(ins(1))).await;
    let seal = sealed.seal().await;
    assert!(seal.held_back > 0, "{seal:?}");
    assert!(!sealed.report().await.is_sound());
}

#[tokio::test]
async fn a_lawful_erasure_is_told_as_erased_and_not_as_broken() {
    let sealed = Sealed::new().await;
    sealed.world.tamper("UPDATE journal SET payload = NULL, salt = NULL, erased_at = 1 WHERE seq = 2").await;
    let report = sealed.report().await;
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.sound, report.erased), (14, 4));
    sealed.world.tamper("UPDATE record SET wrapped_key = NULL, state = 'erased'").await;
    let report = sealed.report().await;
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.sound + report.erased, 18);
    sealed.world.tamper("UPDATE record SET state = 'open'").await;
    assert_eq!(kinds(&sealed.report().await), [FaultKind::KeyLost], "a key that is gone without an erasure");
}

#[tokio::test]
async fn roots_are_believed_by_the_public_key_alone() {
    let sealed = Sealed::new().await;
    let other = sealed.world.folder.path().join("other.key");
    SealingKey::load_or_create(&other).unwrap();
    let keys = Some(PublicKeys::load(&SealingKey::public_path(&other)).unwrap());
    for keys in [keys, None] {
        let evidence = Evidence { roots: Some(sealed.roots()), keys };
        let report = sealed.world.store().verify_audit(&evidence).await.unwrap();
        assert_eq!(kinds(&report), [FaultKind::RootSignature]);
    }
}

#[tokio::test]
async fn a_journal_of_the_first_version_verifies_on() {
    let sealed = Sealed::new().await;
    let mut behind = sealed.world.behind().await;
    let mut session = Session::new(&mut behind);
    super::rewriting::relink(&mut session, None, false).await;
    drop(behind);
    let plain = journey::Store::verify_journal(sealed.world.store()).await.unwrap();
    assert_eq!((plain.sound, plain.broken), (18, Vec::new()));
    assert_eq!(
        kinds(&sealed.report().await),
        [FaultKind::Rewritten],
        "the chains hold; they are not the sealed ones"
    );
}
