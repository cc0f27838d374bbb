//! The schemas that are served beside a WSDL.

use crate::Endpoint;
use crate::dmp::names::{HABILITATIONS, HL7, OWN};
use crate::ebrim::names::{LCM, QUERY, RIM, RMD, RS, XDS};

/// One schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// XDS.b requests.
    Xds,
    /// Removing documents.
    Rmd,
    /// Submitting and removing metadata.
    Lcm,
    /// Stored queries.
    Query,
    /// Answers.
    Rs,
    /// Objects.
    Rim,
    /// HL7 v3.
    Hl7,
    /// The DMP's authorisations.
    Habilitations,
    /// What is added to them here.
    Dmp,
    /// `xml:lang`.
    Xml,
}

impl Schema {
    /// Every schema.
    pub const ALL: [Schema; 10] = [
        Schema::Xds,
        Schema::Rmd,
        Schema::Lcm,
        Schema::Query,
        Schema::Rs,
        Schema::Rim,
        Schema::Hl7,
        Schema::Habilitations,
        Schema::Dmp,
        Schema::Xml,
    ];

    /// Its name in `?xsd=`, and its prefix.
    pub const fn name(self) -> &'static str {
        match self {
            Schema::Xds => "xds",
            Schema::Rmd => "rmd",
            Schema::Lcm => "lcm",
            Schema::Query => "query",
            Schema::Rs => "rs",
            Schema::Rim => "rim",
            Schema::Hl7 => "hl7",
            Schema::Habilitations => "habilitations",
            Schema::Dmp => "dmp",
            Schema::Xml => "xml",
        }
    }

    /// The namespace that it describes.
    pub const fn namespace(self) -> &'static str {
        match self {
            Schema::Xds => XDS,
            Schema::Rmd => RMD,
            Schema::Lcm => LCM,
            Schema::Query => QUERY,
            Schema::Rs => RS,
            Schema::Rim => RIM,
            Schema::Hl7 => HL7,
            Schema::Habilitations => HABILITATIONS,
            Schema::Dmp => OWN,
            Schema::Xml => xml::XML_NAMESPACE,
        }
    }

    /// The schema of this name.
    pub fn named(name: &str) -> Option<Self> {
        Schema::ALL.into_iter().find(|schema| schema.name() == name)
    }

    /// The schema of a namespace.
    pub fn of(namespace: &str) -> Option<Self> {
        Schema::ALL.into_iter().find(|schema| schema.namespace() == namespace)
    }

    /// The text, for an address below `base`: schemas name each other at the same address.
    pub fn text(self, endpoint: Endpoint, base: &str) -> String {
        self.source().replace("{here}", &format!("{base}{}", endpoint.path()))
    }

    const fn source(self) -> &'static str {
        match self {
            Schema::Xds => include_str!("schemas/xds.xsd"),
            Schema::Rmd => include_str!("schemas/rmd.xsd"),
            Schema::Lcm => include_str!("schemas/lcm.xsd"),
            Schema::Query => include_str!("schemas/query.xsd"),
            Schema::Rs => include_str!("schemas/rs.xsd"),
            Schema::Rim => include_str!("schemas/rim.xsd"),
            Schema::Hl7 => include_str!("schemas/hl7.xsd"),
            Schema::Habilitations => include_str!("schemas/habilitations.xsd"),
            Schema::Dmp => include_str!("schemas/dmp.xsd"),
            Schema::Xml => include_str!("schemas/xml.xsd"),
        }
    }
}
