//! `/matrix`: the habilitation matrix that holds now, as a page for anyone. No script, nothing of any record; each
//! version is written once in each language.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::header;
use journey::{Clock, Ids, Store};
use mappings::{DepositRight, Habilitation, Language, Mappings};
use model::Moment;

use super::App;

const STYLE: &str = include_str!("matrix_page.css");
/// Nothing but our own style sheet: no script, no frame, no form, no image.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The pages of every version, each written when it is first asked for.
#[derive(Debug)]
pub struct MatrixPages(Vec<VersionPages>);

#[derive(Debug)]
struct VersionPages {
    effective: Moment,
    french: OnceLock<Bytes>,
    english: OnceLock<Bytes>,
}

impl MatrixPages {
    /// Room for the versions of these tables.
    pub(super) fn of(mappings: &Mappings) -> Self {
        let versions = mappings.habilitation_versions().map(|(effective, _)| VersionPages {
            effective,
            french: OnceLock::new(),
            english: OnceLock::new(),
        });
        MatrixPages(versions.collect())
    }

    fn page(&self, mappings: &Mappings, now: Moment, language: Language) -> Bytes {
        let matrix = mappings.habilitation_at(now);
        let write = || Bytes::from(write(mappings, matrix, words(language)));
        match (self.0.iter().find(|pages| pages.effective == matrix.effective()), language) {
            (Some(pages), Language::French) => pages.french.get_or_init(write).clone(),
            (Some(pages), Language::English) => pages.english.get_or_init(write).clone(),
            (None, Language::French | Language::English) => write(),
        }
    }
}

/// `/matrix`, in English with `?lang=en`.
pub(super) async fn handle<S: Store, C: Clock, I: Ids>(
    State(app): State<Arc<App<S, C, I>>>,
    RawQuery(query): RawQuery,
) -> Response {
    let english = query.is_some_and(|query| query.split('&').any(|pair| pair == "lang=en"));
    let language = if english { Language::English } else { Language::French };
    let page = app.matrix_pages.page(&app.desk.mappings, app.desk.clock.now(), language);
    app.metrics.answered("page", "matrix", 200);
    answer("text/html; charset=utf-8", words(language).code, Body::from(page))
}

/// `/matrix.css`.
pub(super) async fn style() -> Response {
    answer("text/css; charset=utf-8", "zxx", Body::from(STYLE))
}

fn answer(content_type: &str, language: &str, body: Body) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_LANGUAGE, language)
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(header::CACHE_CONTROL, "public, max-age=60")
        .body(body)
        .unwrap_or_else(|_| super::app::broken())
}

/// The words of the page in one language.
struct Words {
    language: Language,
    code: &'static str,
    title: &'static str,
    /// The link to the other language: its code, its address, its name.
    other: (&'static str, &'static str, &'static str),
    version: &'static str,
    since: &'static str,
    origin: &'static str,
    default: &'static str,
    official: &'static str,
    reading: &'static str,
    beside: &'static str,
    versions: &'static str,
    caption: &'static str,
    document_type: &'static str,
    reads: &'static str,
    deposits: &'static str,
    both: &'static str,
    with_set: &'static str,
    reads_with_set: &'static str,
    neither: &'static str,
}

const FRENCH: Words = Words {
    language: Language::French,
    code: "fr",
    title: "Matrice d'habilitation",
    other: ("en", "?lang=en", "English"),
    version: "Version",
    since: "en vigueur à partir du",
    origin: "Origine :",
    default: "Cette matrice est une valeur par défaut, configurable. Ce n'est pas la matrice officielle.",
    official: "La personne qui exploite cette passerelle a installé cette matrice comme étant la matrice officielle.",
    reading: "Chaque ligne est un type de document, chaque colonne une profession. « Lit » : la profession peut \
        consulter les documents de ce type. « Dépose » : elle peut en ajouter en son nom. « Signature » : seulement \
        comme signature de son propre envoi. « Non » : ni l'un ni l'autre.",
    beside: "Cette matrice ne dit pas tout : un document masqué, un professionnel bloqué, une autorisation absente ou \
        un dossier fermé empêchent l'accès quelle que soit la profession. Elle n'empêche pas l'auteur d'un document de \
        consulter le sien, et ne s'applique ni au titulaire du dossier ni à ses représentants lorsqu'ils lisent.",
    versions: "Versions connues",
    caption: "Ce que chaque profession peut lire et déposer",
    document_type: "Type de document",
    reads: "Lit",
    deposits: "Dépose",
    both: "Lit et dépose",
    with_set: "Signature",
    reads_with_set: "Lit, signature",
    neither: "Non",
};

const ENGLISH: Words = Words {
    language: Language::English,
    code: "en",
    title: "Habilitation matrix",
    other: ("fr", "?lang=fr", "Français"),
    version: "Version",
    since: "in force from",
    origin: "Origin:",
    default: "This matrix is a configurable default. It is not the official matrix.",
    official: "Whoever operates this gateway has installed this matrix as the official one.",
    reading: "Each line is a document type, each column a profession. “Reads”: the profession may consult documents \
        of this type. “Deposits”: it may add them in its own name. “Signature”: only as the signature of its own \
        submission. “No”: neither.",
    beside: "The matrix does not say everything: a masked document, a blocked professional, a missing authorisation or \
        a closed record prevent access whatever the profession. It does not keep authors from consulting their own \
        documents, and does not apply to the holder of the record and the representatives when they read.",
    versions: "Known versions",
    caption: "What each profession may read and deposit",
    document_type: "Document type",
    reads: "Reads",
    deposits: "Deposits",
    both: "Reads and deposits",
    with_set: "Signature",
    reads_with_set: "Reads, signature",
    neither: "No",
};

fn words(language: Language) -> &'static Words {
    match language {
        Language::French => &FRENCH,
        Language::English => &ENGLISH,
    }
}

fn write(mappings: &Mappings, matrix: &Habilitation, words: &Words) -> String {
    let (code, address, name) = words.other;
    let title = format!("{} — {}", words.title, escaped(matrix.version()));
    let note = if matrix.is_official() { words.official } else { words.default };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"matrix.css\">\n</head>\n<body>\n\
         <nav><a href=\"{address}\" hreflang=\"{code}\" lang=\"{code}\">{name}</a></nav>\n<main>\n<h1>{heading}</h1>\n\
         <p>{held}</p>\n<p>{origin} {from}</p>\n<p class=\"note\"><strong>{note}</strong></p>\n<p>{reading}</p>\n\
         <p>{beside}</p>\n<h2>{versions}</h2>\n<ul>\n",
        lang = words.code,
        heading = words.title,
        held = held(matrix, words),
        origin = words.origin,
        from = escaped(matrix.origin()),
        reading = words.reading,
        beside = words.beside,
        versions = words.versions,
    );
    for (_, known) in mappings.habilitation_versions() {
        page += &format!("<li>{}</li>\n", held(known, words));
    }
    page += "</ul>\n";
    table(&mut page, matrix, words);
    page += "</main>\n</body>\n</html>\n";
    page
}

/// A version and its instant, in the time of whoever put it in force.
fn held(matrix: &Habilitation, words: &Words) -> String {
    let written = matrix.effective_written();
    let part = |from: usize, to: usize| written.get(from..to).unwrap_or_default();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let clock = part(11, 19);
    let clock = clock.strip_suffix(":00").unwrap_or(clock);
    let zone = match written.strip_suffix('Z') {
        Some(_) => "UTC".to_owned(),
        None => format!("UTC{}", written.get(written.len().saturating_sub(6)..).unwrap_or_default()),
    };
    let date = match words.language {
        Language::French => format!("{day}/{month}/{year} à {clock} ({zone})"),
        Language::English => format!("{year}-{month}-{day} at {clock} ({zone})"),
    };
    format!(
        "{} {}, {} <time datetime=\"{}\">{}</time>",
        words.version,
        escaped(matrix.version()),
        words.since,
        escaped(written),
        escaped(&date)
    )
}

/// The labels are those of the French terminologies in both languages.
fn table(page: &mut String, matrix: &Habilitation, words: &Words) {
    let professions: Vec<_> = matrix.professions().collect();
    *page += "<div class=\"wide\" role=\"region\" aria-labelledby=\"caption\" tabindex=\"0\">\n<table>\n";
    let _ = write!(
        page,
        "<caption id=\"caption\">{}</caption>\n<thead>\n<tr><th scope=\"col\">{}</th>",
        words.caption, words.document_type
    );
    for (_, name, code) in &professions {
        let label = escaped(code.label.as_deref().unwrap_or(name));
        let _ = write!(page, "<th scope=\"col\" lang=\"fr\">{label} <small>{}</small></th>", escaped(name));
    }
    *page += "</tr>\n</thead>\n<tbody>\n";
    for (column, code) in matrix.types() {
        let label = escaped(code.label.as_deref().unwrap_or(&code.value));
        let value = escaped(&code.value);
        let _ = write!(page, "<tr><th scope=\"row\" lang=\"fr\">{label} <small>{value}</small></th>");
        for (row, _, _) in &professions {
            let (class, word) = match (matrix.may_read(*row, column), matrix.deposit(*row, column)) {
                (false, DepositRight::Deny) => ("no", words.neither),
                (true, DepositRight::Deny) => ("yes", words.reads),
                (false, DepositRight::Allow) => ("yes", words.deposits),
                (true, DepositRight::Allow) => ("yes", words.both),
                (false, DepositRight::WithSet) => ("yes", words.with_set),
                (true, DepositRight::WithSet) => ("yes", words.reads_with_set),
            };
            let _ = write!(page, "<td class=\"{class}\">{word}</td>");
        }
        *page += "</tr>\n";
    }
    *page += "</tbody>\n</table>\n</div>\n";
}

/// Text for the inside of an element or of a quoted attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}
