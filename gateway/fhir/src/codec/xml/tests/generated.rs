//! Resources made from the model: whatever is structurally sound comes back from XML as it was.

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

use super::super::*;
use crate::Limits;
use crate::codec::primitive::Primitive;
use crate::codec::shape::{self, Kind};
use crate::codec::structure;

/// Numbers that choices are made with; zero once they are used up.
struct Choices(std::vec::IntoIter<u16>);

impl Choices {
    fn next(&mut self, below: usize) -> usize {
        self.0.next().map_or(0, |number| usize::from(number) % below.max(1))
    }

    fn any(&self) -> bool {
        !self.0.as_slice().is_empty()
    }
}

const TYPES: [&str; 12] = [
    "Patient",
    "DocumentReference",
    "Bundle",
    "List",
    "Binary",
    "Parameters",
    "OperationOutcome",
    "AuditEvent",
    "Consent",
    "Observation",
    "Questionnaire",
    "CapabilityStatement",
];

fn resource(choices: &mut Choices, depth: usize) -> Value {
    let kind = TYPES[choices.next(TYPES.len())];
    let mut members = Map::new();
    members.insert("resourceType".into(), json!(kind));
    fill(&mut members, choices, kind, depth);
    Value::Object(members)
}

fn fill(members: &mut Map<String, Value>, choices: &mut Choices, kind: &str, depth: usize) {
    let names: Vec<&str> = shape::children(kind).into_iter().flat_map(|set| set.iter().copied()).collect();
    let mut stems: Vec<String> = Vec::new();
    for _ in 0..choices.next(6) {
        let name = names[choices.next(names.len())];
        let stem = shape::choice(kind, name).unwrap_or(name).to_owned();
        let Some(shape) = shape::shape(kind, name).filter(|_| depth > 0 && !stems.contains(&stem)) else {
            continue;
        };
        stems.push(stem);
        let count = if shape.many { 1 + choices.next(3) } else { 1 };
        match shape.kind {
            Kind::Primitive(_) if name == "div" => {
                let text = TEXTS[choices.next(TEXTS.len())].replace('&', "&amp;").replace('<', "&lt;");
                let text = text.replace('>', "&gt;").replace('\r', "&#xD;");
                members
                    .insert("div".into(), json!(format!("<div xmlns=\"{XHTML}\"><p>{text}</p><br/></div>")));
            }
            Kind::Primitive(primitive) if is_attribute(kind, name) => {
                members.insert(name.into(), scalar(choices, primitive));
            }
            Kind::Primitive(primitive) => {
                let pairs: Vec<(Value, Value)> =
                    (0..count).map(|_| pair(choices, primitive, depth)).collect();
                let (values, partners): (Vec<Value>, Vec<Value>) = pairs.into_iter().unzip();
                for (name, list) in [(name.to_owned(), values), (format!("_{name}"), partners)] {
                    if !list.iter().all(Value::is_null) {
                        let one = if shape.many { Value::Array(list) } else { list[0].clone() };
                        members.insert(name, one);
                    }
                }
            }
            Kind::Complex(_) | Kind::Resource => {
                let list: Vec<Value> = (0..count)
                    .map(|_| match &shape.kind {
                        Kind::Complex(kind) => object(choices, kind, depth - 1),
                        _ => resource(choices, depth - 1),
                    })
                    .collect();
                members.insert(name.into(), if shape.many { Value::Array(list) } else { list[0].clone() });
            }
        }
    }
    if members.is_empty() || (members.len() == 1 && members.contains_key("resourceType")) {
        members.insert("id".into(), json!("a"));
    }
}

fn object(choices: &mut Choices, kind: &str, depth: usize) -> Value {
    let mut members = Map::new();
    fill(&mut members, choices, kind, depth);
    Value::Object(members)
}

/// A value, a partner, or both.
fn pair(choices: &mut Choices, kind: Primitive, depth: usize) -> (Value, Value) {
    let mut partner = || json!({"id": "i", "extension": [object(choices, "Extension", depth - 1)]});
    let partner = [Value::Null, partner()][usize::from(depth > 1)].clone();
    match choices.next(6) {
        1 if !partner.is_null() => (Value::Null, partner),
        2 => (scalar(choices, kind), partner),
        _ => (scalar(choices, kind), Value::Null),
    }
}

const TEXTS: [&str; 8] =
    ["x", " é\u{1F600} ", "<a href=\"x\">&amp;</a>", "a\r\nb\tc\n", "]]>", "'\"", "\u{a0}", "<!-- -->"];

fn scalar(choices: &mut Choices, kind: Primitive) -> Value {
    let of = |choices: &mut Choices, texts: &[&str]| json!(texts[choices.next(texts.len())]);
    let number = |choices: &mut Choices, texts: &[&str]| {
        Value::Number(texts[choices.next(texts.len())].parse::<Number>().expect("a number"))
    };
    match kind {
        Primitive::Boolean => json!(choices.next(2) == 1),
        Primitive::Integer => number(choices, &["-2147483648", "0", "12"]),
        Primitive::UnsignedInt => number(choices, &["0", "2147483647"]),
        Primitive::PositiveInt => number(choices, &["1", "7"]),
        Primitive::Decimal => {
            number(choices, &["1.500", "0.10e-13", "-0", "100000000000000000000.00001", "1E5"])
        }
        Primitive::Text => of(choices, &TEXTS),
        Primitive::Code => of(choices, &["a", "a b", "é"]),
        Primitive::Id => of(choices, &["a", "A-1.2"]),
        Primitive::Uri => of(choices, &["urn:x", "http://x/?a=b&c=%20"]),
        Primitive::Oid => json!("urn:oid:1.2.3"),
        Primitive::Uuid => json!("urn:uuid:7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11"),
        Primitive::Date => of(choices, &["2020", "2020-02-29"]),
        Primitive::DateTime => of(choices, &["2020", "2020-02-29T10:00:00.100+01:00"]),
        Primitive::Instant => json!("2020-02-29T10:00:00.100Z"),
        Primitive::Time => json!("10:00:00"),
        Primitive::Base64 => of(choices, &["SGVsbG8=", "SGVs bG8="]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_is_sound_comes_back_from_xml(numbers in proptest::collection::vec(any::<u16>(), 0..400), pretty: bool) {
        let mut choices = Choices(numbers.into_iter());
        let made = resource(&mut choices, 7);
        prop_assume!(structure::check(&made).is_empty());
        let written = write(&made, pretty);
        let read = read(written.as_bytes(), &Limits::default()).expect("XML");
        prop_assert_eq!(&read.findings, &[], "{}", written);
        prop_assert_eq!(&read.value, &made, "{}", written);
        // What was read is written alike: the order is the model's, not the sender's.
        prop_assert_eq!(write(&read.value, pretty), written);
    }

    #[test]
    fn no_bytes_panic(text in "(<[/a-z!?]{0,6}( value=\"[a-z0-9]{0,3}\")?/?>|[ -~]){0,40}") {
        let _ = super::read(around(&text).as_bytes(), &Limits::default());
        let _ = super::read(text.as_bytes(), &Limits::default());
    }
}

use super::around;

/// What the generator is worth: most of what it makes is sound, deep and has extensions on values.
#[test]
fn the_generator_makes_sound_resources_of_some_size() {
    let (mut sound, mut long, mut partners) = (0, 0, 0);
    for seed in 0_u32..200 {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let numbers: Vec<u16> = (0..400)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u16::try_from(state >> 16).expect("16 bits")
            })
            .collect();
        let mut choices = Choices(numbers.into_iter());
        let made = resource(&mut choices, 7);
        let _ = choices.any();
        sound += usize::from(structure::check(&made).is_empty());
        long += usize::from(made.to_string().len() > 300);
        partners += usize::from(made.to_string().contains("\"_"));
    }
    assert!(sound > 190 && long > 60 && partners > 20, "{sound} {long} {partners}");
}
