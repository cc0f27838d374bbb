//! Value sets of the affinity domain.

use std::collections::HashMap;

use model::{Code, SubjectRole};

use crate::files::Sources;
use crate::kinds::{Kind, Kinds};
use crate::lists::{self, Lists, TYPES};
use crate::systems::{Spellings, Systems};
use crate::table::{self, Errors};

/// How long a list of codes in a refusal may be, in characters, the closing `…` included.
const LISTED: usize = 6000;
const TYPE_TO_CLASS: &str = "codes/type_to_class.csv";
const TEMPLATES: &str = "codes/template_to_format.csv";
const MEDIA: &str = "codes/mediatype_to_format.csv";
const LANGUAGES: &str = "codes/languages.csv";
const MIMES: &str = "codes/mime_types.csv";

/// A value set checked at deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueSet {
    /// typeCode accepted at reception: JDV_J66, the history list and E1762.
    DocumentType,
    /// classCode (JDV_J06).
    DocumentClass,
    /// formatCode (JDV_J10).
    Format,
    /// confidentialityCode in XDS metadata (JDV_J58): levels and flags.
    Confidentiality,
    /// healthcareFacilityTypeCode (JDV_J02/J61).
    FacilityType,
    /// practiceSettingCode (JDV_J04).
    PracticeSetting,
    /// contentTypeCode of a set (JDV_J03/J59).
    ContentType,
    /// eventCodeList, where a domain lists it; the French one does not.
    EventCode,
    /// codeList of a folder, where a domain lists it.
    FolderCode,
    /// What documents an association (IHE ITI TF-3 §4.2.2.2.8), where a domain lists it.
    AssociationDocumentation,
    /// Purpose of use of a token or an assertion (TRE_R248 and the system of the VIHF examples; rule A5).
    AccessMode,
}

/// The sets that have a file of their own.
const FILES: [(ValueSet, &str); 7] = [
    (ValueSet::DocumentClass, "valuesets/document_classes.csv"),
    (ValueSet::Format, "valuesets/formats.csv"),
    (ValueSet::Confidentiality, "valuesets/confidentiality.csv"),
    (ValueSet::FacilityType, "valuesets/facility_types.csv"),
    (ValueSet::PracticeSetting, "valuesets/practice_settings.csv"),
    (ValueSet::ContentType, "valuesets/content_types.csv"),
    (ValueSet::AccessMode, "valuesets/access_modes.csv"),
];

/// The value sets and the associations between them.
#[derive(Debug)]
pub struct CodeSets {
    sets: HashMap<ValueSet, Set>,
    classes: Codes<Code>,
    templates: HashMap<String, Vec<Code>>,
    media: HashMap<String, Code>,
    /// `None`: the domain lists none, any is accepted.
    languages: Option<Vec<String>>,
    mimes: Vec<String>,
    kinds: Kinds,
    lists: Lists,
    spellings: Spellings,
}

/// The value sets of an affinity domain that is not the national one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainCodes {
    /// Each set with its codes.
    pub sets: Vec<(ValueSet, Vec<Code>)>,
    /// The media types accepted as DocumentEntry.mimeType.
    pub mimes: Vec<String>,
}

#[derive(Debug, Default)]
struct Set {
    codes: Codes<Code>,
    listed: String,
}

/// Values by code: by its value, then by its system.
type Codes<T> = HashMap<String, Vec<(String, T)>>;

impl CodeSets {
    pub(crate) fn load(sources: &Sources, lists: Lists, systems: &Systems, errors: &mut Errors) -> Self {
        let mut sets: HashMap<ValueSet, Set> =
            FILES.iter().map(|(set, file)| (*set, own_file(file, sources, errors))).collect();
        let accepted = lists.types.iter().filter(|line| line.accepted);
        sets.insert(
            ValueSet::DocumentType,
            Set::of(accepted.map(|line| (0, line.code.clone())), TYPES, errors),
        );
        let classes = classes(sources, &sets, &lists, errors);
        CodeSets {
            sets,
            classes,
            templates: templates(sources, errors),
            media: media(sources, errors),
            languages: Some(values(LANGUAGES, sources, errors)),
            mimes: values(MIMES, sources, errors),
            kinds: Kinds::load(sources, errors),
            lists,
            spellings: systems.spellings(),
        }
    }

    /// The same, with the sets and media types of another domain in the place of these. Such a domain lists no
    /// languages. A code that stands twice counts once.
    pub(crate) fn of_domain(mut self, domain: DomainCodes) -> Self {
        for (set, codes) in domain.sets {
            let lines = codes.into_iter().map(|code| {
                let system = self.spellings.alias(&code.system).to_owned();
                (0, Code { system, ..code })
            });
            let replaced = Set::of(lines, "", &mut Errors::default());
            self.sets.insert(set, replaced);
        }
        self.mimes = domain.mimes;
        self.languages = None;
        self
    }

    /// True if value and system are in the set (the label is not compared).
    pub fn contains(&self, set: ValueSet, code: &Code) -> bool {
        self.find(set, code).is_some()
    }

    /// As [`CodeSets::contains`]; a set that this domain does not list accepts every code.
    pub fn accepts(&self, set: ValueSet, code: &Code) -> bool {
        !self.sets.contains_key(&set) || self.contains(set, code)
    }

    /// The codes of a set that have this value, one for each coding scheme.
    pub fn with_value(&self, set: ValueSet, value: &str) -> impl Iterator<Item = &Code> {
        let codes = self.sets.get(&set).and_then(|set| set.codes.get(value));
        codes.into_iter().flatten().map(|(_, code)| code)
    }

    /// The codes of a set as `code (label)`, for refusal texts: at most 6 000 characters, then `…`.
    pub fn listed(&self, set: ValueSet) -> &str {
        self.sets.get(&set).map_or("", |set| &set.listed)
    }

    /// The class of a type (ASS_X04).
    pub fn class_of(&self, type_code: &Code) -> Option<&Code> {
        find(&self.classes, &self.spellings, type_code)
    }

    /// The official label of a code of the set.
    pub fn label(&self, set: ValueSet, code: &Code) -> Option<&str> {
        self.find(set, code).and_then(|code| code.label.as_deref())
    }

    /// True if `language` is accepted for documents.
    pub fn language_accepted(&self, language: &str) -> bool {
        self.languages
            .as_ref()
            .is_none_or(|languages| languages.iter().any(|known| known.eq_ignore_ascii_case(language)))
    }

    /// True if `mime` is accepted as DocumentEntry.mimeType.
    pub fn mime_accepted(&self, mime: &str) -> bool {
        self.mimes.iter().any(|known| known.eq_ignore_ascii_case(mime))
    }

    /// The languages accepted, for refusal texts.
    pub fn languages(&self) -> &[String] {
        self.languages.as_deref().unwrap_or_default()
    }

    /// The media types accepted, for refusal texts.
    pub fn mimes(&self) -> &[String] {
        &self.mimes
    }

    /// The formats that go with a CDA template id (ASS_A11).
    pub fn formats_of_template(&self, template_id: &str) -> &[Code] {
        self.templates.get(template_id).map_or(&[], Vec::as_slice)
    }

    /// The format of a nonXMLBody media type (ASS_A12).
    pub fn format_of_media(&self, media_type: &str) -> Option<&Code> {
        self.media.get(&media_type.to_ascii_lowercase())
    }

    /// True if the law names this code as one of that kind.
    pub fn is(&self, kind: Kind, code: &Code) -> bool {
        self.kinds.holds(kind, code, &self.spellings)
    }

    /// The codes of a kind, in their canonical scheme, in order.
    pub fn of_kind(&self, kind: Kind) -> Vec<Code> {
        self.kinds.of(kind)
    }

    /// Rule A6: the first role is in JDV_J65.
    pub fn role_known(&self, role: &SubjectRole) -> bool {
        self.lists.role_known(role)
    }

    /// Rule A6: the qualifier is present and in its list where the profession demands one (doctor R01,
    /// pharmacist G05, role-based R85). False for an unknown profession.
    pub fn qualifier_known(&self, role: &SubjectRole) -> bool {
        self.lists.qualifier_known(role)
    }

    /// The model's form of a scheme however it is spelt; see [`Systems::canonical`].
    pub fn canonical_system<'a>(&'a self, system: &'a str) -> &'a str {
        self.spellings.any(system)
    }

    fn find(&self, set: ValueSet, code: &Code) -> Option<&Code> {
        find(&self.sets.get(&set)?.codes, &self.spellings, code)
    }
}

fn find<'a, T>(codes: &'a Codes<T>, spellings: &Spellings, code: &Code) -> Option<&'a T> {
    let system = spellings.alias(&code.system);
    codes.get(&code.value)?.iter().find(|(own, _)| own == system).map(|(_, value)| value)
}

impl Set {
    fn of(lines: impl Iterator<Item = (usize, Code)>, file: &str, errors: &mut Errors) -> Self {
        let mut set = Set::default();
        let mut shown = std::collections::HashSet::new();
        let mut length = 0;
        for (line, code) in lines {
            let text = match &code.label {
                Some(label) => format!("{} ({label})", code.value),
                None => code.value.clone(),
            };
            if length < LISTED && shown.insert(text.clone()) {
                let separator = if set.listed.is_empty() { "" } else { ", " };
                length += separator.len() + text.chars().count();
                let whole = length < LISTED;
                set.listed += separator;
                set.listed += if whole { &text } else { "…" };
                length = if whole { length } else { LISTED };
            }
            let same = set.codes.entry(code.value.clone()).or_default();
            if same.iter().any(|(system, _)| *system == code.system) {
                errors.add(file, line, format!("`{}` stands twice", code.value));
            }
            same.push((code.system.clone(), code));
        }
        set
    }
}

fn own_file(file: &str, sources: &Sources, errors: &mut Errors) -> Set {
    let (_, lines) = table::read(file, sources.text(file), ["code", "system", "label", "source"], errors);
    let mut codes = Vec::new();
    for (line, [code, system, label, _]) in lines {
        if code.is_empty() || system.is_empty() {
            errors.add(file, line, "code and system are required");
        }
        codes.push((line, lists::labelled(code, system, label)));
    }
    Set::of(codes.into_iter(), file, errors)
}

fn classes(
    sources: &Sources,
    sets: &HashMap<ValueSet, Set>,
    lists: &Lists,
    errors: &mut Errors,
) -> Codes<Code> {
    let columns = ["type", "type_system", "class", "class_system", "provenance"];
    let (_, lines) = table::read(TYPE_TO_CLASS, sources.text(TYPE_TO_CLASS), columns, errors);
    let known = sets.get(&ValueSet::DocumentClass);
    let mut classes: Codes<Code> = HashMap::new();
    for (line, [code, system, class, class_system, provenance]) in lines {
        if provenance != "sourced" && provenance != "derived" {
            errors.add(TYPE_TO_CLASS, line, format!("unknown provenance `{provenance}`"));
        }
        let class = known
            .and_then(|set| set.codes.get(&class))
            .and_then(|same| same.iter().find(|(own, _)| *own == class_system));
        let Some((_, class)) = class else {
            errors.add(TYPE_TO_CLASS, line, "the class is not in valuesets/document_classes.csv");
            continue;
        };
        let same = classes.entry(code.clone()).or_default();
        if same.iter().any(|(own, _)| *own == system) {
            errors.add(TYPE_TO_CLASS, line, format!("`{code}` stands twice"));
        }
        same.push((system, class.clone()));
    }
    for line in &lists.types {
        let own = classes.get(&line.code.value).map_or(&[] as &[_], Vec::as_slice);
        if !own.iter().any(|(system, _)| *system == line.code.system) {
            errors.add(TYPE_TO_CLASS, 0, format!("the type `{}` has no class", line.code.value));
        }
    }
    classes
}

fn templates(sources: &Sources, errors: &mut Errors) -> HashMap<String, Vec<Code>> {
    let columns = ["template", "format", "format_system"];
    let (_, lines) = table::read(TEMPLATES, sources.text(TEMPLATES), columns, errors);
    let mut templates: HashMap<String, Vec<Code>> = HashMap::new();
    for (line, [template, format, system]) in lines {
        let formats = templates.entry(template).or_default();
        let format = Code::new(format, system);
        if formats.contains(&format) {
            errors.add(TEMPLATES, line, "the same line stands twice");
        }
        formats.push(format);
    }
    templates
}

fn media(sources: &Sources, errors: &mut Errors) -> HashMap<String, Code> {
    let (_, lines) =
        table::read(MEDIA, sources.text(MEDIA), ["media_type", "format", "format_system"], errors);
    let mut media = HashMap::new();
    for (line, [name, format, system]) in lines {
        if media.insert(name.to_ascii_lowercase(), Code::new(format, system)).is_some() {
            errors.add(MEDIA, line, format!("`{name}` stands twice"));
        }
    }
    media
}

fn values(file: &str, sources: &Sources, errors: &mut Errors) -> Vec<String> {
    let (_, lines) = table::read(file, sources.text(file), ["value", "use"], errors);
    let mut seen = HashMap::new();
    for (line, [value, _]) in &lines {
        lists::once(&mut seen, file, *line, value, errors);
    }
    lines.into_iter().map(|(_, [value, _])| value).collect()
}
