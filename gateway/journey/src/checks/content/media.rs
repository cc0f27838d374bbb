//! What the bytes of a media type look like.

/// A media type that shows in its bytes.
pub(super) struct Signature {
    mime: &'static str,
    fits: fn(&[u8]) -> bool,
    /// What was expected, in French.
    pub fr: &'static str,
    /// The same in English.
    pub en: &'static str,
}

const SIGNATURES: [Signature; 8] = [
    Signature {
        mime: "application/pdf",
        fits: |bytes| bytes.starts_with(b"%PDF-"),
        fr: "un PDF commence par %PDF-",
        en: "a PDF starts with %PDF-",
    },
    Signature {
        mime: "image/jpeg",
        fits: |bytes| bytes.starts_with(&[0xFF, 0xD8, 0xFF]),
        fr: "une image JPEG commence par FF D8 FF",
        en: "a JPEG image starts with FF D8 FF",
    },
    Signature {
        mime: "image/tiff",
        fits: |bytes| bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*"),
        fr: "une image TIFF commence par II*␀ ou MM␀*",
        en: "a TIFF image starts with II*␀ or MM␀*",
    },
    Signature {
        mime: "text/rtf",
        fits: |bytes| bytes.starts_with(b"{\\rtf"),
        fr: "un texte RTF commence par {\\rtf",
        en: "an RTF text starts with {\\rtf",
    },
    Signature {
        mime: "text/plain",
        fits: |bytes| !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok(),
        fr: "un texte brut est en UTF-8, sans octet nul",
        en: "a plain text is in UTF-8, without a null byte",
    },
    Signature {
        mime: "application/fhir+json",
        fits: |bytes| starts(bytes, b'{'),
        fr: "un document FHIR en JSON commence par {",
        en: "a FHIR document in JSON starts with {",
    },
    Signature {
        mime: "application/fhir+xml",
        fits: |bytes| starts(bytes, b'<'),
        fr: "un document FHIR en XML commence par <",
        en: "a FHIR document in XML starts with <",
    },
    Signature {
        mime: "application/dicom",
        fits: |bytes| bytes.get(128..132) == Some(b"DICM".as_slice()),
        fr: "un objet DICOM porte DICM à l'octet 128",
        en: "a DICOM object holds DICM at byte 128",
    },
];

/// The signature that `bytes` lack although they are declared as `mime`. `None` when they have it, and for a
/// type without a signature: whether such a type is accepted at all is rule B8.
pub(super) fn lacking(mime: &str, bytes: &[u8]) -> Option<&'static Signature> {
    SIGNATURES.iter().find(|known| known.mime.eq_ignore_ascii_case(mime) && !(known.fits)(bytes))
}

/// True for UTF-8 text whose first character but blanks is this one.
fn starts(bytes: &[u8], first: u8) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&first) && std::str::from_utf8(text).is_ok()
}

/// True for the media types of an XML document.
pub(super) fn is_xml(mime: &str) -> bool {
    matches!(mime, "text/xml" | "application/xml" | "application/xslt+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_told_by_its_bytes() {
        let dicom = [[0; 128].as_slice(), b"DICM"].concat();
        let samples: [(&str, &[u8]); 8] = [
            ("application/pdf", b"%PDF-1.7\n"),
            ("image/jpeg", &[0xFF, 0xD8, 0xFF, 0xE0]),
            ("image/tiff", b"II*\0\x08"),
            ("text/rtf", b"{\\rtf1}"),
            ("text/plain", "été".as_bytes()),
            ("application/fhir+json", b"\n{\"resourceType\": \"Bundle\"}"),
            ("application/fhir+xml", b"<Bundle xmlns=\"http://hl7.org/fhir\"/>"),
            ("application/dicom", &dicom),
        ];
        for (mime, bytes) in samples {
            assert!(lacking(mime, bytes).is_none(), "{mime}");
            assert!(lacking(mime, b"\xC3\x28 nothing of the kind").is_some(), "{mime}");
        }
        assert!(lacking("application/dicom", b"DICM").is_some());
        assert!(lacking("TEXT/PLAIN", b"a\0b").is_some());
    }
}
