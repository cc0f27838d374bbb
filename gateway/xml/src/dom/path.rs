//! Where an element stands, for findings.

use super::Element;

impl Element<'_> {
    /// The absolute XPath of this element with the prefixes of the document, for instance
    /// `/s:Envelope/s:Body/lcm:SubmitObjectsRequest/rim:RegistryObjectList/rim:ExtrinsicObject[2]`.
    /// A step has a position where siblings of the same name exist. Names only, never content.
    pub fn path(self) -> String {
        let mut steps: Vec<_> = std::iter::successors(Some(self), |element| element.parent()).collect();
        steps.reverse();
        let mut path = String::new();
        for step in steps {
            path.push('/');
            if !step.prefix().is_empty() {
                path.push_str(step.prefix());
                path.push(':');
            }
            path.push_str(step.name());
            if step.record.repeats {
                path.push_str(&format!("[{}]", step.record.position));
            }
        }
        path
    }
}
