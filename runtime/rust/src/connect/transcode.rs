//! JSON in and out, by the descriptors that generated code carries. Handlers see binary messages alone.

use std::collections::BTreeMap;

use bytes::Bytes;
use connectrpc::CodecFormat;
use prost::Message;
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, MessageDescriptor, SerializeOptions,
};
use serde_json::Value;

use crate::wire;
use crate::{Code, Fault, Server};

/// The message types of every group. Groups of different crates have descriptors of their own.
pub(super) struct Types {
    groups: BTreeMap<&'static str, DescriptorPool>,
    wire: DescriptorPool,
}

impl Types {
    pub(super) fn of(server: &Server) -> Self {
        // The groups of one crate share one set.
        let mut decoded: BTreeMap<*const u8, DescriptorPool> = BTreeMap::new();
        let groups = server
            .groups()
            .map(|group| {
                let pool = decoded
                    .entry(group.descriptors.as_ptr())
                    .or_insert_with(|| pool(group.descriptors));
                (group.name, pool.clone())
            })
            .collect();
        Self {
            groups,
            wire: pool(wire::DESCRIPTOR_SET),
        }
    }

    /// The codec of one message type of a group; without a type, of nothing.
    pub(super) fn codec(&self, group: &str, message: Option<&str>) -> Codec {
        let pool = self.groups.get(group).unwrap_or(&self.wire);
        match message {
            Some(name) => Codec::Of(pool.get_message_by_name(name)),
            None => Codec::Nothing,
        }
    }
}

/// Descriptors that cannot be read leave a pool without types: binary calls work all the same.
fn pool(descriptors: &[u8]) -> DescriptorPool {
    DescriptorPool::decode(descriptors).unwrap_or_default()
}

/// Turns one message type from and to what the caller speaks.
pub(super) enum Codec {
    /// None where the type is not known, which only generated code of ours can cause.
    Of(Option<MessageDescriptor>),
    Nothing,
}

impl Codec {
    /// The binary form of what came in.
    pub(super) fn decode(&self, body: Bytes, format: CodecFormat) -> Result<Bytes, Fault> {
        match self {
            _ if format == CodecFormat::Proto => Ok(body),
            Self::Nothing => Ok(Bytes::new()),
            Self::Of(descriptor) => {
                let descriptor = known(descriptor.as_ref())?;
                let refuse = |error: serde_json::Error| {
                    let message = format!("the JSON is no `{}`: {error}", descriptor.full_name());
                    Fault::new(Code::InvalidArgument, message)
                };
                let mut json = serde_json::Deserializer::from_slice(&body);
                let options = DeserializeOptions::new().deny_unknown_fields(false);
                let message = DynamicMessage::deserialize_with_options(
                    descriptor.clone(),
                    &mut json,
                    &options,
                )
                .map_err(refuse)?;
                json.end().map_err(refuse)?;
                Ok(message.encode_to_vec().into())
            }
        }
    }

    /// What goes out, from its binary form.
    pub(super) fn encode(&self, message: Bytes, format: CodecFormat) -> Result<Bytes, Fault> {
        if format == CodecFormat::Proto {
            return Ok(message);
        }
        Ok(self.value(message)?.to_string().into())
    }

    /// The JSON of a message in binary form.
    pub(super) fn value(&self, message: Bytes) -> Result<Value, Fault> {
        match self {
            Self::Nothing => Ok(Value::Object(serde_json::Map::new())),
            Self::Of(descriptor) => {
                let descriptor = known(descriptor.as_ref())?;
                let internal = |error: &dyn std::fmt::Display| {
                    Fault::new(
                        Code::Internal,
                        format!("no JSON of a `{}`: {error}", descriptor.full_name()),
                    )
                };
                let message = DynamicMessage::decode(descriptor.clone(), message)
                    .map_err(|error| internal(&error))?;
                message
                    .serialize_with_options(serde_json::value::Serializer, &SerializeOptions::new())
                    .map_err(|error| internal(&error))
            }
        }
    }
}

fn known(descriptor: Option<&MessageDescriptor>) -> Result<&MessageDescriptor, Fault> {
    descriptor.ok_or_else(|| Fault::new(Code::Internal, "the type's descriptor is missing"))
}
