//! Properties of every patch.

use proptest::prelude::*;

use super::*;

fn flags() -> impl Strategy<Value = Vec<VisibilityFlag>> {
    proptest::sample::subsequence(VisibilityFlag::ALL.to_vec(), 0..=3).prop_shuffle()
}

/// The patch that a careful caller writes: every removal tested, from the last label to the first, then the additions.
fn careful(before: &[VisibilityFlag], after: &[VisibilityFlag]) -> Value {
    let mut patch = Vec::new();
    for (index, flag) in before.iter().enumerate().rev().filter(|(_, flag)| !after.contains(flag)) {
        let at = format!("/securityLabel/{}", index + 1);
        patch.push(json!({"op": "test", "path": format!("{at}/coding/0/code"), "value": flag.code()}));
        patch.push(json!({"op": "remove", "path": at}));
    }
    let added = after.iter().filter(|flag| !before.contains(flag));
    patch
        .extend(added.map(
            |flag| json!({"op": "add", "path": "/securityLabel/-", "value": label(FLAGS, flag.code())}),
        ));
    json!(patch)
}

/// One operation that may or may not make sense, mostly on labels.
fn operation() -> impl Strategy<Value = Value> {
    let code = prop_oneof![
        Just("MASQUE_PS"),
        Just("INVISIBLE_PATIENT"),
        Just("INVISIBLE_REPRESENTANTS_LEGAUX"),
        Just("N"),
    ];
    let index = prop_oneof![(0..5_usize).prop_map(|index| index.to_string()), Just("-".to_owned())];
    let op = prop_oneof![Just("test"), Just("add"), Just("remove"), Just("replace")];
    (op, index, code, 0..5_u8).prop_map(|(op, index, code, form)| {
        let system = if code == "N" { LEVELS } else { FLAGS };
        let (path, value) = match form {
            0 => (format!("/securityLabel/{index}/coding/0/code"), json!(code)),
            1 => (format!("/securityLabel/{index}/coding/0"), json!({"system": system, "code": code})),
            2 => ("/securityLabel".to_owned(), json!([label(LEVELS, "N"), label(system, code)])),
            _ => (format!("/securityLabel/{index}"), label(system, code)),
        };
        json!({"op": op, "path": path, "value": value})
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z/~0-9-]{0,12}",
        Just("/securityLabel/0".to_owned()),
        Just("/extension/-".to_owned()),
        Just("/status".to_owned()),
        Just("replace".to_owned()),
        Just("add".to_owned()),
        Just("test".to_owned()),
        Just("remove".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop_oneof![
            Just("op".to_owned()),
            Just("path".to_owned()),
            Just("value".to_owned()),
            Just("coding".to_owned()),
            Just("code".to_owned()),
            "[a-z]{1,6}",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_legal_change_of_flags_has_a_patch_that_reads_as_exactly_it(
        before in flags(),
        after in flags(),
        archived in any::<Option<bool>>(),
    ) {
        let lacking = |of: &[VisibilityFlag], from: &[VisibilityFlag]| {
            VisibilityFlag::ALL.into_iter().filter(|f| of.contains(f) && !from.contains(f)).collect::<Vec<_>>()
        };
        let expected =
            Changes { add: lacking(&after, &before), remove: lacking(&before, &after), ..Changes::default() };
        prop_assert_eq!(patched(&document(&before, archived), &careful(&before, &after)), Ok(expected));
    }

    #[test]
    fn no_patch_takes_away_a_flag_that_it_did_not_name(
        before in flags(),
        operations in proptest::collection::vec(operation(), 0..6),
    ) {
        if let Ok(changes) = patched(&document(&before, None), &json!(operations)) {
            let tests: Vec<String> =
                operations.iter().filter(|o| o["op"] == "test").map(|o| o["value"].to_string()).collect();
            for flag in &changes.remove {
                let name = format!("\"{}\"", flag.code());
                prop_assert!(tests.iter().any(|test| test.contains(&name)), "{:?} {:?}", flag, operations);
                prop_assert!(before.contains(flag));
            }
            prop_assert!(changes.add.iter().all(|flag| !before.contains(flag)));
        }
    }

    #[test]
    fn any_body_is_answered(body in any_json(), operations in proptest::collection::vec(any_json(), 0..5)) {
        let document = document(&[VisibilityFlag::MasquePs], Some(true));
        let _ = patched(&document, &body);
        let _ = patched(&document, &json!(operations));
        let _ = patched(&body, &json!([{"op": "add", "path": "/securityLabel/-", "value": body}]));
    }

    #[test]
    fn any_operation_is_answered(
        op in prop_oneof![Just("test"), Just("add"), Just("remove"), Just("replace"), Just("move")],
        path in "(/(extension|securityLabel|status|[a-zA-Z~]{0,9}|-|[0-9]{1,25}))*",
        value in any_json(),
    ) {
        let _ = patched(&document(&[], Some(true)), &json!([{"op": op, "path": path, "value": value}]));
    }

    #[test]
    fn any_bytes_are_answered(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = bytes_patched(&document(&[], None), &body);
    }
}
