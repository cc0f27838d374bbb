//! The affinity domains that come with the program, as text: what a pack says is read by whoever configures a gateway.

/// Packs by name. `international` is an example to copy: it names a file of codes that is not ours.
const PACKS: [(&str, &str); 2] =
    [("french", include_str!("../packs/french.toml")), ("ihe", include_str!("../packs/ihe.toml"))];

/// The example of an open affinity domain.
pub const INTERNATIONAL_PACK: &str = include_str!("../packs/international.toml");

/// The text of a pack that comes with the program.
pub fn built_in_pack(name: &str) -> Option<&'static str> {
    PACKS.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
}
