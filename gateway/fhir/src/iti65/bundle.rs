//! The entries of the submitted Bundle, and what references inside it lead to.

use model::{Finding, Rule};

use crate::codec::Element;

/// One entry.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    /// `Bundle.entry[i]`.
    pub(crate) element: Element<'a>,
    /// The resource.
    pub(crate) resource: Option<Element<'a>>,
    full_url: Option<&'a str>,
    /// `request.method`.
    pub(crate) method: &'a str,
    /// `request.url`.
    pub(crate) url: &'a str,
}

impl<'a> Entry<'a> {
    /// The resource's type, empty without a resource.
    pub(crate) fn kind(&self) -> &'a str {
        self.resource.as_ref().map(Element::kind).unwrap_or_default()
    }

    /// The finding of a request whose URL is not that of the resource's type.
    fn misdirected(&self) -> Option<Finding> {
        let kind = self.kind();
        let path = self.url.split('?').next().unwrap_or_default();
        let own = kind.is_empty() || kind == "Parameters" || path.split('/').any(|segment| segment == kind);
        let at = || self.element.get("request").map_or(self.element.place(), |r| r.place_of("url"));
        (!own && !self.url.is_empty()).then(|| {
            let fr = format!("request.url ne désigne pas le type de la ressource ({kind})");
            self.element
                .wrong(fr, format!("request.url does not name the type of the resource ({kind})"))
                .at(at())
        })
    }

    /// Conditions on a write that a submission set does not know: ignoring one would do what the sender excluded. A
    /// Patient is read and never written, so that its conditions hold by themselves.
    fn conditional(&self) -> Option<Finding> {
        let request = self.element.get("request").filter(|_| !matches!(self.kind(), "Patient" | ""))?;
        let conditions = ["ifNoneExist", "ifMatch", "ifNoneMatch", "ifModifiedSince"];
        let name = conditions.into_iter().find(|name| request.has(name))?;
        Some(Finding::new(Rule::TransactionIsSupported).at(request.place_of(name)).detail(
            format!(
                "{name} n'est pas pris en charge dans un lot : un renvoi identique est reconnu de lui-même ; ITI-105 prend \
                 If-None-Exist"
            ),
            format!(
                "{name} is not supported in a submission set: an identical resend is recognised by itself; ITI-105 takes \
                 If-None-Exist"
            ),
        ))
    }

    /// The name of the entry in findings: its fullUrl if that is a URN, else its path.
    pub(crate) fn name(&self) -> String {
        let urn = self.full_url.filter(|url| url.starts_with("urn:"));
        urn.map_or_else(|| self.element.place().as_str().to_owned(), str::to_owned)
    }
}

/// The entries in their order.
#[derive(Debug)]
pub(crate) struct Entries<'a>(Vec<Entry<'a>>);

impl<'a> Entries<'a> {
    /// Those of a resource that stands in no Bundle.
    pub(crate) fn none() -> Self {
        Entries(Vec::new())
    }

    /// Those of a FHIR document: they have no request.
    pub(crate) fn of_document(bundle: &Element<'a>) -> Self {
        let entry = |element: Element<'a>| Entry {
            resource: element.get("resource"),
            full_url: element.text("fullUrl"),
            method: "",
            url: "",
            element,
        };
        Entries(bundle.all("entry").into_iter().map(entry).collect())
    }

    /// Reads the entries, telling double fullUrls and entries without request.
    pub(crate) fn read(bundle: &Element<'a>, findings: &mut Vec<Finding>) -> Self {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        for element in bundle.all("entry") {
            let request = element.get("request");
            let text =
                |name: &str| request.as_ref().and_then(|request| request.text(name)).unwrap_or_default();
            if text("method").is_empty() || text("url").is_empty() {
                findings.push(element.missing("request.method, request.url"));
            }
            let full_url = element.text("fullUrl");
            if full_url.is_some() && entries.iter().any(|entry| entry.full_url == full_url) {
                let finding = Finding::new(Rule::IdsDifferInsideMessage).at(element.place_of("fullUrl"));
                findings.push(finding.detail("fullUrl donné deux fois", "fullUrl given twice"));
            }
            let (method, url) = (text("method"), text("url"));
            let entry = Entry { resource: element.get("resource"), full_url, method, url, element };
            findings.extend(entry.misdirected());
            findings.extend(entry.conditional());
            entries.push(entry);
        }
        Entries(entries)
    }

    /// All entries.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.0.iter()
    }

    /// The entry that a reference leads to: by fullUrl, or by type and id.
    pub(crate) fn find(&self, reference: &str) -> Option<&Entry<'a>> {
        self.position(reference).and_then(|index| self.0.get(index))
    }

    /// The index of the entry that a reference leads to.
    pub(crate) fn position(&self, reference: &str) -> Option<usize> {
        self.0.iter().position(|entry| entry.full_url == Some(reference)).or_else(|| {
            let mut segments = reference.rsplit('/');
            let (id, kind) = (segments.next()?, segments.next()?);
            let end = format!("/{kind}/{id}");
            self.0.iter().position(|entry| {
                entry.kind() == kind
                    && (entry.resource.as_ref().and_then(|resource| resource.text("id")) == Some(id)
                        || entry.full_url.is_some_and(|url| url.ends_with(&end)))
            })
        })
    }
}
