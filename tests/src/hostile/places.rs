//! Whether the place that a finding names is in the resource that was sent.

use serde_json::Value;

/// True if a FHIRPath of names and indexes (`Bundle.entry[0].resource.subject`) leads to something in `resource`.
/// `value` stands for any `value[x]`, and what a primitive's extensions are lies behind its underscore.
pub fn resolves(path: &str, resource: &Value) -> bool {
    let mut steps = path.split('.');
    let root = steps.next().unwrap_or_default();
    if resource.get("resourceType").and_then(Value::as_str) != Some(root) {
        return false;
    }
    let mut at = vec![resource];
    for step in steps {
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (step, None),
        };
        at = at.into_iter().flat_map(|value| children(value, name)).collect();
        if let Some(index) = index {
            at = at
                .into_iter()
                .filter_map(|value| value.get(index).or((index == 0).then_some(value)))
                .collect();
        }
    }
    !at.is_empty()
}

fn children<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    let objects: Vec<&Value> = match value {
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    };
    let members = objects.into_iter().filter_map(Value::as_object).flatten();
    members
        .filter(|(key, _)| is(key.strip_prefix('_').unwrap_or(key), name))
        .map(|(_, value)| value)
        .collect()
}

/// The same name, or the name with a type behind it.
fn is(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| rest.chars().next().is_none_or(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::resolves;

    #[test]
    fn a_place_is_found_or_not() {
        let resource = json!({"resourceType": "Bundle", "entry": [{"resource": {
            "resourceType": "List", "extension": [{"url": "u", "valueCode": "c"}], "_title": {"extension": []}}}]});
        for place in [
            "Bundle",
            "Bundle.entry[0].resource.extension[0].value",
            "Bundle.entry[0].resource.title.extension",
            "Bundle.entry.resource",
        ] {
            assert!(resolves(place, &resource), "{place}");
        }
        for place in
            ["List", "Bundle.entry[1]", "Bundle.entry[0].resource.ext", "Bundle.entry[0].resource.mode"]
        {
            assert!(!resolves(place, &resource), "{place}");
        }
    }
}
