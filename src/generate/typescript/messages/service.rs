//! Services: the constant that describes each, typed by its methods.

use serde::Serialize;

use super::comments::Doc;
use super::file::Scope;
use crate::names::typescript::method;
use crate::schema::{Method, Service};

#[derive(Serialize)]
pub struct ServiceView {
    doc: String,
    name: String,
    gen_service: String,
    methods: Vec<MethodView>,
    service_desc: String,
    arguments: String,
}

#[derive(Serialize)]
struct MethodView {
    doc: String,
    name: String,
    method_kind: &'static str,
    input: String,
    output: String,
}

/// `index` is the service's place in its file.
pub fn view(scope: &mut Scope, service: &Service, index: usize) -> ServiceView {
    let deprecated = service.deprecated || scope.deprecated(None);
    let from = format!("service {}", service.full_name);
    ServiceView {
        doc: Doc::of(&service.comments, &from)
            .deprecated(deprecated)
            .block(0),
        name: scope.own.services[index].clone(),
        gen_service: scope.codegen_type("GenService"),
        methods: service
            .methods
            .iter()
            .map(|method| method_view(scope, service, method))
            .collect(),
        service_desc: scope.codegen_value("serviceDesc"),
        arguments: scope.arguments(&[index]),
    }
}

fn method_view(scope: &mut Scope, service: &Service, rpc: &Method) -> MethodView {
    let from = format!("rpc {}.{}", service.full_name, rpc.name);
    MethodView {
        doc: Doc::of(&rpc.comments, &from)
            .deprecated(rpc.deprecated)
            .block(2),
        name: method(&rpc.name),
        method_kind: match (rpc.client_streaming, rpc.server_streaming) {
            (false, false) => "unary",
            (false, true) => "server_streaming",
            (true, false) => "client_streaming",
            (true, true) => "bidi_streaming",
        },
        input: scope.message_schema(rpc.input),
        output: scope.message_schema(rpc.output),
    }
}
