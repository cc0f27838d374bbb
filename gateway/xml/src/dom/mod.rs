//! The document tree: one arena in document order, read through copyable handles.

mod build;
mod path;
mod tag;

pub(crate) use build::Builder;

/// Bytes that an arena can address.
pub(crate) const MAXIMUM: usize = i32::MAX as usize;

/// A piece of the arena's text.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Index in `elements`.
    Element(u32),
    Text(Span),
    Comment(Span),
}

/// Nodes stand in document order, so that the subtree of a node is the range from it to `end`.
#[derive(Debug, Clone, Copy)]
struct NodeRecord {
    /// The element around it; the root points to itself.
    parent: u32,
    /// The first node after its subtree.
    end: u32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
struct ElementRecord {
    prefix: Span,
    name: Span,
    namespace: Span,
    attributes: (u32, u32),
    declarations: (u32, u32),
    /// Position among the siblings of the same name, from 1.
    position: u32,
    /// Whether there are other siblings of the same name.
    repeats: bool,
}

#[derive(Debug, Clone, Copy)]
struct AttributeRecord {
    prefix: Span,
    name: Span,
    namespace: Span,
    value: Span,
}

#[derive(Debug, Clone, Copy)]
struct DeclarationRecord {
    prefix: Span,
    namespace: Span,
}

/// A parsed document. Its `Debug` shows its size only, never content.
pub struct Document {
    pool: String,
    nodes: Vec<NodeRecord>,
    elements: Vec<ElementRecord>,
    attributes: Vec<AttributeRecord>,
    declarations: Vec<DeclarationRecord>,
    /// What stands outside the root, in document order.
    outside: Vec<OutsideRecord>,
}

#[derive(Debug, Clone, Copy)]
struct OutsideRecord {
    before_root: bool,
    /// The target of an instruction; `None` for a comment.
    target: Option<Span>,
    text: Span,
}

/// A comment or a processing instruction outside the root element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside<'a> {
    /// A comment.
    Comment(&'a str),
    /// Target and data.
    Instruction(&'a str, &'a str),
}

impl Document {
    /// What stands before the root, in document order.
    pub(crate) fn before(&self) -> impl Iterator<Item = Outside<'_>> {
        self.outside.iter().filter(|one| one.before_root).map(|one| self.outside_of(one))
    }

    /// What stands behind the root, in document order.
    pub(crate) fn after(&self) -> impl Iterator<Item = Outside<'_>> {
        self.outside.iter().filter(|one| !one.before_root).map(|one| self.outside_of(one))
    }

    fn outside_of(&self, record: &OutsideRecord) -> Outside<'_> {
        match record.target {
            Some(target) => Outside::Instruction(self.str(target), self.str(record.text)),
            None => Outside::Comment(self.str(record.text)),
        }
    }

    /// The document element.
    pub fn root(&self) -> Element<'_> {
        self.element(0).expect("the builder finishes only with a root element at index 0")
    }

    fn element(&self, index: u32) -> Option<Element<'_>> {
        let node = self.nodes.get(index as usize)?;
        match node.kind {
            Kind::Element(record) => self.elements.get(record as usize).map(|record| Element {
                document: self,
                index,
                node,
                record,
            }),
            Kind::Text(_) | Kind::Comment(_) => None,
        }
    }

    fn node(&self, index: u32) -> Option<Node<'_>> {
        match self.nodes.get(index as usize)?.kind {
            Kind::Element(_) => self.element(index).map(Node::Element),
            Kind::Text(span) => Some(Node::Text(self.str(span))),
            Kind::Comment(span) => Some(Node::Comment(self.str(span))),
        }
    }

    fn str(&self, span: Span) -> &str {
        self.pool.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("nodes", &self.nodes.len()).finish_non_exhaustive()
    }
}

/// One attribute that is not a namespace declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The prefix as written; empty when there is none.
    pub prefix: &'a str,
    /// The local name.
    pub name: &'a str,
    /// The namespace; empty when there is none.
    pub namespace: &'a str,
    /// The value, references resolved and white space normalised (XML 1.0 §3.3.3).
    pub value: &'a str,
}

/// One namespace declaration, as it stands on its element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration<'a> {
    /// The prefix; empty for the default namespace.
    pub prefix: &'a str,
    /// The namespace; empty when the default namespace is taken away.
    pub namespace: &'a str,
}

/// One child of an element.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// An element.
    Element(Element<'a>),
    /// Character data; neighbouring text, references and CDATA sections are one node, never empty.
    Text(&'a str),
    /// A comment: kept so that it can be refused, never part of [`Element::text`].
    Comment(&'a str),
}

/// A handle on one element. Two handles are on the same node if [`Element::same`] says so.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    document: &'a Document,
    index: u32,
    node: &'a NodeRecord,
    record: &'a ElementRecord,
}

impl<'a> Element<'a> {
    /// The local name.
    pub fn name(self) -> &'a str {
        self.document.str(self.record.name)
    }

    /// The namespace; empty when there is none.
    pub fn namespace(self) -> &'a str {
        self.document.str(self.record.namespace)
    }

    /// The prefix as written; empty when there is none.
    pub fn prefix(self) -> &'a str {
        self.document.str(self.record.prefix)
    }

    /// True if it has this expanded name.
    pub fn is(self, namespace: &str, name: &str) -> bool {
        self.name() == name && self.namespace() == namespace
    }

    /// The value of an attribute in no namespace.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.attribute_ns("", name)
    }

    /// The value of an attribute by its expanded name.
    pub fn attribute_ns(self, namespace: &str, name: &str) -> Option<&'a str> {
        self.attributes()
            .find(|attribute| attribute.name == name && attribute.namespace == namespace)
            .map(|attribute| attribute.value)
    }

    /// The attributes in document order, without namespace declarations.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> {
        let (document, (start, end)) = (self.document, self.record.attributes);
        let records = document.attributes.get(start as usize..end as usize).unwrap_or(&[]);
        records.iter().map(|record| Attribute {
            prefix: document.str(record.prefix),
            name: document.str(record.name),
            namespace: document.str(record.namespace),
            value: document.str(record.value),
        })
    }

    /// The namespace declarations that stand on this very element, in document order.
    pub fn declarations(self) -> impl DoubleEndedIterator<Item = Declaration<'a>> {
        let (document, (start, end)) = (self.document, self.record.declarations);
        let records = document.declarations.get(start as usize..end as usize).unwrap_or(&[]);
        records.iter().map(|record| Declaration {
            prefix: document.str(record.prefix),
            namespace: document.str(record.namespace),
        })
    }

    /// The namespace that a prefix (empty: the default namespace) is bound to here; `None` when unbound.
    /// For values that are qualified names, such as `xsi:type`.
    pub fn lookup(self, prefix: &str) -> Option<&'a str> {
        if prefix == "xml" {
            return Some(crate::XML_NAMESPACE);
        }
        let declared = |element: Element<'a>| element.declarations().find(|found| found.prefix == prefix);
        std::iter::successors(Some(self), |element| element.parent())
            .find_map(declared)
            .map(|found| found.namespace)
            .filter(|namespace| !namespace.is_empty())
    }

    /// Elements, texts and comments directly inside, in document order.
    pub fn nodes(self) -> impl Iterator<Item = Node<'a>> {
        let document = self.document;
        self.child_indices().filter_map(|index| document.node(index))
    }

    /// The elements directly inside.
    pub fn children(self) -> impl Iterator<Item = Element<'a>> {
        let document = self.document;
        self.child_indices().filter_map(|index| document.element(index))
    }

    /// The first child element of this name.
    pub fn child(self, namespace: &str, name: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.is(namespace, name))
    }

    /// The child elements of this name.
    pub fn children_named(self, namespace: &'a str, name: &'a str) -> impl Iterator<Item = Element<'a>> {
        self.children().filter(move |child| child.is(namespace, name))
    }

    /// The element reached by taking the first child of each name in turn, all in one namespace.
    pub fn descend(self, namespace: &str, path: &[&str]) -> Option<Element<'a>> {
        path.iter().try_fold(self, |element, name| element.child(namespace, name))
    }

    /// This element and every element below it, in document order.
    pub fn subtree(self) -> impl Iterator<Item = Element<'a>> {
        let document = self.document;
        (self.index..self.node.end).filter_map(|index| document.element(index))
    }

    /// This element's every node below it, in document order, itself not included.
    pub fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        let document = self.document;
        (self.index.saturating_add(1)..self.node.end).filter_map(|index| document.node(index))
    }

    /// True if `other` is this element or stands below it.
    pub fn contains(self, other: Element<'_>) -> bool {
        std::ptr::eq(self.document, other.document) && (self.index..self.node.end).contains(&other.index)
    }

    /// The text directly inside, comments left out.
    pub fn text(self) -> String {
        self.nodes()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text),
                Node::Element(_) | Node::Comment(_) => None,
            })
            .collect()
    }

    /// The element around this one; `None` for the root.
    pub fn parent(self) -> Option<Element<'a>> {
        if self.node.parent == self.index { None } else { self.document.element(self.node.parent) }
    }

    /// True if both handles are on the same node of the same document.
    pub fn same(self, other: Element<'_>) -> bool {
        std::ptr::eq(self.document, other.document) && self.index == other.index
    }

    fn child_indices(self) -> impl Iterator<Item = u32> + use<'a> {
        let (document, end) = (self.document, self.node.end);
        let within = move |index: u32| (index < end).then_some(index);
        std::iter::successors(within(self.index.saturating_add(1)), move |index| {
            document.nodes.get(*index as usize).and_then(|node| within(node.end))
        })
    }
}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Element({})", self.path())
    }
}
