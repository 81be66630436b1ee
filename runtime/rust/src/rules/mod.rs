//! What generated checks call: the forms that protovalidate's rules know by name, and how a violation is reported.
//!
//! Nothing in here allocates as long as nothing is violated, but for [`is_unique`] on long lists.

mod addresses;
mod at;
mod hosts;
mod letters;
mod lists;
mod params;
#[cfg(feature = "pattern")]
mod pattern;
mod text;
mod times;
mod uri;
mod violations;

pub use addresses::{
    is_ip, is_ip_prefix, is_ip_prefix_version, is_ip_version, is_ip_with_prefixlen, is_ipv4,
    is_ipv4_prefix, is_ipv4_with_prefixlen, is_ipv6, is_ipv6_prefix, is_ipv6_with_prefixlen,
};
pub use at::{At, Key};
pub use hosts::{is_address, is_email, is_host_and_any_port, is_host_and_port, is_hostname};
pub use lists::{Unique, contains, is_unique, paths_equal, paths_in, paths_not_in};
pub use params::{
    Params, checked, given, given_known, given_parsed, known, known_list, known_map, known_option,
    parsed, parsed_list, parsed_map, parsed_option, parsed_value,
};
#[cfg(feature = "pattern")]
pub use pattern::Pattern;
pub use text::{
    is_header_name, is_header_value, is_loose_header_name, is_loose_header_value,
    is_protobuf_dot_fqn, is_protobuf_fqn, is_tuuid, is_ulid, is_uuid,
};
pub use times::{int, nanos, now, seconds, uint, unordered};
pub use uri::{is_uri, is_uri_ref};
pub use violations::{Validate, Violation, Violations};
