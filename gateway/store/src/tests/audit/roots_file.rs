//! The file outside the database is held against the database, root by root.

use super::*;

#[tokio::test]
async fn a_roots_file_with_a_root_dropped_edited_or_moved_is_found() {
    let sealed = Sealed::new().await;
    let whole = std::fs::read_to_string(sealed.roots()).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let text = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let forged = lines[1].replace("\"events\":14", "\"events\":13");
    let moved = lines[1].replacen("\",4,\"", "\",3,\"", 1);
    assert!(forged != lines[1] && moved != lines[1]);
    for (other, kind) in [
        (text(&[lines[1], lines[2]]), FaultKind::RootDiffers),
        (text(&[lines[0], lines[2]]), FaultKind::RootDiffers),
        (text(&[lines[1], lines[0], lines[2]]), FaultKind::RootChain),
        (text(&[lines[0], lines[0], lines[1]]), FaultKind::RootChain),
        (text(&[lines[0], &forged, lines[2]]), FaultKind::RootDiffers),
        (text(&[lines[0], &moved, lines[2]]), FaultKind::RootDiffers),
        (text(&[lines[0], "nonsense", lines[1], lines[2]]), FaultKind::RootChain),
    ] {
        std::fs::write(sealed.roots(), &other).unwrap();
        assert!(kinds(&sealed.report().await).contains(&kind), "{other}");
    }
    // The same root dropped on both sides: the numbers tell.
    std::fs::write(sealed.roots(), text(&[lines[0], lines[2]])).unwrap();
    sealed.world.tamper("DELETE FROM sealed_root WHERE number = 2").await;
    assert_eq!(kinds(&sealed.report().await), [FaultKind::RootChain]);
    // A forged root on both sides: the signature tells.
    std::fs::write(sealed.roots(), text(&[lines[0], &forged, lines[2]])).unwrap();
    let mut behind = sealed.world.behind().await;
    let insert = sqlx::query("INSERT INTO sealed_root (number, line) VALUES (2, $1)").bind(forged.clone());
    Session::new(&mut behind).run(insert).await.unwrap();
    assert_eq!(kinds(&sealed.report().await), [FaultKind::RootSignature]);
}
