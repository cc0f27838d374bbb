//! Where a rest-hook may go: an `https` URL whose origin stands on the operator's list. Nothing that a caller
//! sends makes the gateway call anything else.

use std::fmt;
use std::net::IpAddr;

use model::{Malformed, Parse};

/// The longest URL, in characters.
const LONGEST: usize = 1024;

/// An origin: host and port of an `https` URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// A name in lower case, or an IP address without brackets.
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `https://host[:port]`, with or without a final slash.
    pub fn parse(text: &str) -> Parse<Self> {
        let endpoint = HookEndpoint::parse(text)?;
        if endpoint.path == "/" { Ok(endpoint.origin) } else { Err(MALFORMED) }
    }

    /// The host: a name, or an IP address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// True if the host is written as an IP address.
    pub fn is_literal(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok()
    }
}

/// The URL that a rest-hook is sent to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HookEndpoint {
    text: String,
    origin: Origin,
    path: String,
}

impl HookEndpoint {
    /// Reads an absolute `https` URL: no user, no fragment, no character that a URL does not hold.
    pub fn parse(text: &str) -> Parse<Self> {
        let rest = text.strip_prefix("https://").filter(|_| text.len() <= LONGEST).ok_or(MALFORMED)?;
        if !rest.bytes().all(|c| c.is_ascii_graphic() && !b"\"<>\\^`{|}#@".contains(&c)) {
            return Err(MALFORMED);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = split_port(authority).ok_or(MALFORMED)?;
        let host = host_of(host).ok_or(MALFORMED)?;
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(HookEndpoint { text: text.to_owned(), origin: Origin { host, port }, path })
    }

    /// The URL as given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its origin.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Path and query, from `/`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Debug for HookEndpoint {
    /// The origin only: a path may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HookEndpoint({}:{})", self.origin.host, self.origin.port)
    }
}

/// Where rest-hooks may go; nowhere by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedOrigins(pub Vec<Origin>);

impl AllowedOrigins {
    /// True if the operator lists the endpoint's origin.
    pub fn admit(&self, endpoint: &HookEndpoint) -> bool {
        self.0.contains(&endpoint.origin)
    }

    /// True if a connection to this address is allowed for an endpoint that is admitted: a public address, or the
    /// very address that the operator listed literally. A name never leads into a private network.
    pub fn admit_address(&self, endpoint: &HookEndpoint, address: IpAddr) -> bool {
        let literal = endpoint.origin.host.parse::<IpAddr>().ok();
        self.admit(endpoint) && (literal == Some(address) || is_public(address))
    }
}

/// False for loopback, link-local, private, shared, documentation, multicast and reserved ranges.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19)))
        }
        IpAddr::V6(v6) => match (v6.to_ipv4_mapped(), v6.segments()) {
            (Some(v4), _) => is_public(IpAddr::V4(v4)),
            // Global unicast, but for documentation, 6to4, Teredo and the other special uses of 2001::/23.
            (None, [first, second, ..]) => {
                (0x2000..0x4000).contains(&first)
                    && first != 0x2002
                    && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
                    && first != 0x3fff
            }
        },
    }
}

const MALFORMED: Malformed = Malformed::metadata(
    "URL https://hôte[:port]/chemin attendue, sans utilisateur ni fragment",
    "expected a URL https://host[:port]/path, without user or fragment",
);

fn split_port(authority: &str) -> Option<(&str, u16)> {
    let after_host = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority.get(after_host..)?.find(':') {
        None => return Some((authority, 443)),
        Some(at) => authority.split_at(after_host + at),
    };
    let digits = port.strip_prefix(':')?;
    let plain = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    let port = digits.parse().ok().filter(|port| plain && *port != 0)?;
    Some((host, port))
}

fn host_of(text: &str) -> Option<String> {
    if let Some(inside) = text.strip_prefix('[') {
        let address: std::net::Ipv6Addr = inside.strip_suffix(']')?.parse().ok()?;
        return Some(address.to_string());
    }
    let name = text.to_ascii_lowercase();
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    // A last label of digits is an IP address in one of its many spellings: only the plain one is taken.
    let numeric = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|c| c.is_ascii_digit()))
        || name.split('.').any(|part| part.starts_with("0x"));
    let known = if numeric { name.parse::<std::net::Ipv4Addr>().is_ok() } else { name.split('.').all(label) };
    (name.len() <= 253 && known).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origins: &[&str]) -> AllowedOrigins {
        AllowedOrigins(origins.iter().map(|origin| Origin::parse(origin).expect("an origin")).collect())
    }

    #[test]
    fn only_an_https_url_of_a_listed_origin_is_admitted() {
        let list = allowed(&["https://hooks.example", "https://hooks.example:8443/"]);
        let admitted = |url: &str| HookEndpoint::parse(url).is_ok_and(|endpoint| list.admit(&endpoint));
        assert!(admitted("https://hooks.example/a?b=c"));
        assert!(admitted("https://HOOKS.example:443"));
        assert!(admitted("https://hooks.example:8443/x"));
        for bad in [
            "http://hooks.example/",
            "https://hooks.example:444/",
            "https://hooks.example.evil.example/",
            "https://evil.example/https://hooks.example/",
            "https://hooks.example@evil.example/",
            "https://user@hooks.example/",
            "https://hooks.example\\@evil.example/",
            "https://hooks.example/#a",
            "https://hooks.example/ a",
            "https://hooks.example\r\n/",
            "https://hooks.example:/",
            "https://hooks.example:+443/",
            "https://hooks.example:0/",
            "https://hooks.example./",
            "https://",
            "https:///",
            "HTTPS://hooks.example/",
            "ftp://hooks.example/",
        ] {
            assert!(!admitted(bad), "{bad}");
        }
        assert!(
            !AllowedOrigins::default().admit(&HookEndpoint::parse("https://hooks.example/").expect("a URL"))
        );
    }

    #[test]
    fn a_name_never_leads_into_a_private_network_and_a_listed_address_does() {
        let list = allowed(&["https://hooks.example", "https://127.0.0.1:9443", "https://[::1]:9443"]);
        let name = HookEndpoint::parse("https://hooks.example/").expect("a URL");
        let literal = HookEndpoint::parse("https://127.0.0.1:9443/a").expect("a URL");
        let six = HookEndpoint::parse("https://[::1]:9443/a").expect("a URL");
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            let address: IpAddr = private.parse().expect("an address");
            assert!(!is_public(address), "{private}");
            assert!(!list.admit_address(&name, address), "{private}");
        }
        assert!(list.admit_address(&name, "93.184.216.34".parse().expect("an address")));
        assert!(list.admit_address(&literal, "127.0.0.1".parse().expect("an address")));
        assert!(!list.admit_address(&literal, "127.0.0.2".parse().expect("an address")));
        assert!(list.admit_address(&six, "::1".parse().expect("an address")));
    }

    #[test]
    fn other_spellings_of_an_address_are_no_host() {
        for bad in [
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://127.0.0.1.2/",
            "https://[::1/",
        ] {
            assert!(HookEndpoint::parse(bad).is_err(), "{bad}");
        }
    }
}
