//! The Timestamp of a message, signed or not.

use super::*;

fn with(created: &str, expires: &str) -> Vec<Rule> {
    let message = inline().replace(MARK, "");
    let message = message.replace("2026-03-14T21:07:50Z", created).replace("2026-03-14T21:12:50Z", expires);
    refused(&message)
}

#[test]
fn a_timestamp_counts_with_the_tolerance_between_clocks() {
    assert_eq!(with("2026-03-14T21:07:50Z", "2026-03-14T21:12:50Z"), []);
    assert_eq!(with("2026-03-14T22:08:59+01:00", "2026-03-14T21:12:50.123Z"), [], "a minute ahead");
    assert_eq!(with("2026-03-14T21:00:00Z", "2026-03-14T21:07:01Z"), [], "a minute over");
    assert_eq!(with("2026-03-14T21:00:00Z", "2026-03-14T21:07:00Z"), HERE);
    assert_eq!(with("2026-03-14T21:09:01Z", "2026-03-14T21:12:50Z"), HERE);
    assert_eq!(with("2026-03-14T21:07:50", "2026-03-14T21:12:50Z"), HERE, "without a zone");
    assert_eq!(with("2026-03-14T21:09:01Z", "2026-03-14T21:07:00Z").len(), 2, "everything that is wrong");
}

#[test]
fn a_timestamp_need_not_be_there_and_stands_once() {
    let message = inline().replace(MARK, "");
    let start = message.find("<wsu:Timestamp").expect("there");
    let end = message.find("</wsu:Timestamp>").expect("there") + "</wsu:Timestamp>".len();
    let own = &message[start..end];
    assert_eq!(refused(&message.replace(own, "")), []);
    assert_eq!(refused(&message.replace(own, &format!("{own}{own}"))), HERE);
    let expires = "<wsu:Expires>2026-03-14T21:12:50Z</wsu:Expires>";
    assert_eq!(refused(&message.replace(expires, "")), []);
    assert_eq!(refused(&message.replace(expires, &format!("{expires}{expires}"))), HERE);
}
