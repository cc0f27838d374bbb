//! A bounded JSON reader: UTF-8, one value, no duplicate key, limited depth and size.

use std::cell::Cell;
use std::fmt;

use model::{Finding, Rule};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::Limits;

/// How serde_json hands a number over when it keeps its digits (`arbitrary_precision`).
const NUMBER: &str = "$serde_json::private::Number";

/// Reads one JSON value (rule B1). The finding says which limit or where the syntax fails, never content.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Value, Finding> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| unreadable("le corps n'est pas en UTF-8", "the body is not UTF-8"))?;
    let budget = Budget { nodes: Cell::new(limits.nodes), depth: limits.depth, broken: Cell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Tree { budget: &budget, depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| refused(&error, &budget))
}

fn refused(error: &serde_json::Error, budget: &Budget) -> Finding {
    let (line, column) = (error.line(), error.column());
    match budget.broken.get() {
        Some(Broken::Depth) => unreadable(
            format!("plus de {} niveaux d'imbrication", budget.depth),
            format!("more than {} levels of nesting", budget.depth),
        ),
        Some(Broken::Nodes) => unreadable("trop d'éléments JSON", "too many JSON elements"),
        Some(Broken::Duplicate) => unreadable(
            format!("une propriété est donnée deux fois (ligne {line}, colonne {column})"),
            format!("a property is given twice (line {line}, column {column})"),
        ),
        None => unreadable(
            format!("JSON incorrect à la ligne {line}, colonne {column}"),
            format!("incorrect JSON at line {line}, column {column}"),
        ),
    }
}

/// A finding of rule B1.
pub(crate) fn unreadable(fr: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding::new(Rule::MessageIsReadable).detail(fr, en)
}

#[derive(Clone, Copy)]
enum Broken {
    Depth,
    Nodes,
    Duplicate,
}

struct Budget {
    nodes: Cell<usize>,
    depth: usize,
    broken: Cell<Option<Broken>>,
}

impl Budget {
    fn breaks<E: serde::de::Error>(&self, broken: Broken) -> E {
        self.broken.set(Some(broken));
        E::custom("refused")
    }

    fn spend<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.nodes.get().checked_sub(1) {
            Some(left) => {
                self.nodes.set(left);
                Ok(())
            }
            None => Err(self.breaks(Broken::Nodes)),
        }
    }
}

struct Tree<'b> {
    budget: &'b Budget,
    depth: usize,
}

impl Tree<'_> {
    fn below<E: serde::de::Error>(&self) -> Result<Tree<'_>, E> {
        if self.depth >= self.budget.depth {
            return Err(self.budget.breaks(Broken::Depth));
        }
        Ok(Tree { budget: self.budget, depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.budget.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("refused"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(self.below()?)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == NUMBER && members.is_empty() {
                let digits: String = map.next_value()?;
                return digits.parse().map(Value::Number).map_err(|_| A::Error::custom("refused"));
            }
            if members.contains_key(&key) {
                return Err(self.budget.breaks(Broken::Duplicate));
            }
            let value = map.next_value_seed(self.below()?)?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { bytes: 1 << 20, depth: 64, nodes: 1000 }
    }

    #[test]
    fn a_value_is_read_with_its_digits() {
        let value = read(br#"{"a":[1.500,null,"x"],"b":-0}"#, &limits()).expect("JSON");
        assert_eq!(value.to_string(), r#"{"a":[1.500,null,"x"],"b":-0}"#);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = format!("{}1{}", "[".repeat(65), "]".repeat(65));
        let very_deep = "[".repeat(100_000);
        let wide = format!("[{}1]", "1,".repeat(2000));
        for bad in [
            "",
            "{",
            "{} {}",
            "{}x",
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#""\ud800""#,
            r#""\udc00x""#,
            "[01]",
            "[1.]",
            "NaN",
            r#"{"$serde_json::private::Number":"x"}"#,
            r#"{"$serde_json::private::Number":[1]}"#,
            deep.as_str(),
            very_deep.as_str(),
            wide.as_str(),
        ] {
            assert!(read(bad.as_bytes(), &limits()).is_err(), "{}", bad.get(..40).unwrap_or(bad));
        }
        assert!(read(b"\"\xff\"", &limits()).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(read(b"\xEF\xBB\xBF1", &limits()).map(|v| v.to_string()), Ok("1".into()));
    }

    #[test]
    fn sixty_four_levels_are_read() {
        let text = format!("{}1{}", "[".repeat(64), "]".repeat(64));
        assert!(read(text.as_bytes(), &limits()).is_ok());
    }
}
