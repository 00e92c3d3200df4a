"""The other end of the wire, by botocore: writes requests, reads responses. See wire-botocore.test.ts.

One line of JSON in, one out, twice:
  {"services": {"ec2": {"protocols": ["ec2"], "operations": [...]}}}  ->  [{"request", "input", "output", ...}]
  [{"id", "response"}]                                                ->  [{"id", "got"}]
"""

import base64
import io
import json
import sys

import botocore.awsrequest
import botocore.parsers
import botocore.serialize
import botocore.session
from botocore_samples import Sampler, as_the_sdk_has_it, to_json

session = botocore.session.get_session()
exchanges = []


def message(operation, params, protocol):
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    request = serializer.serialize_to_request(params, operation)
    botocore.awsrequest.prepare_request_dict(request, 'http://127.0.0.1')
    prepared = botocore.awsrequest.create_request_object(request).prepare()
    body = prepared.body or b''
    return {
        'method': prepared.method,
        'target': prepared.url.removeprefix('http://127.0.0.1') or '/',
        'headers': {name: as_text(value) for name, value in prepared.headers.items()},
        'body': base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
    }


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def exchange(service, model, operation, protocol, variant):
    sampler = Sampler()
    has_output = operation.output_shape is not None
    # EC2's form has no way to say that a list is empty.
    asked = 'required' if variant == 'empty' and protocol == 'ec2' else variant
    params = sampler.sample(operation.input_shape, asked) if operation.input_shape is not None else {}
    # Nor has the query protocol's that a map is.
    if protocol == 'query':
        params = {name: value for name, value in params.items() if value != {}}
    output = sampler.sample(operation.output_shape, variant) if has_output else {}
    exchanges.append((operation, protocol))
    return {
        'id': len(exchanges) - 1,
        'service': service,
        'signingName': model.signing_name,
        'operation': operation.name,
        'protocol': protocol,
        'variant': variant,
        'request': message(operation, params, protocol),
        'input': to_json(as_the_sdk_has_it(params)),
        'output': to_json(output),
    }


def failure(service, model, operation, protocol, shape):
    exchanges.append((operation, protocol))
    params = Sampler().sample(operation.input_shape, 'required') if operation.input_shape is not None else {}
    text = f'<{shape.name}> & more'
    return {
        'id': len(exchanges) - 1,
        'service': service,
        'signingName': model.signing_name,
        'operation': operation.name,
        'protocol': protocol,
        'variant': f'fails with {shape.name}',
        'request': message(operation, params, protocol),
        'input': to_json(as_the_sdk_has_it(params)),
        'error': {'code': shape.error_code, 'message': text, 'status': shape.metadata.get('error', {}).get('httpStatusCode')},
    }


def samples(services):
    for service, wanted in services.items():
        model = session.get_service_model(wanted['botocoreName'])
        for protocol in wanted['protocols'] or [model.resolved_protocol]:
            failed = set()
            for name in wanted['operations']:
                if name not in model.operation_names:
                    yield {'service': service, 'operation': name, 'unknown': True}
                    continue
                operation = model.operation_model(name)
                for variant in ('full', 'required', 'empty'):
                    yield exchange(service, model, operation, protocol, variant)
                for shape in operation.error_shapes:
                    if shape.name not in failed:
                        failed.add(shape.name)
                        yield failure(service, model, operation, protocol, shape)


def read(answer):
    operation, protocol = exchanges[answer['id']]
    response = answer['response']
    body = base64.b64decode(response['body'])
    streams = operation.has_streaming_output and response['status'] < 300
    parsed = botocore.parsers.create_parser(protocol).parse(
        {
            'status_code': response['status'],
            'headers': botocore.awsrequest.HeadersDict(response['headers']),
            'body': io.BytesIO(body) if streams else body,
        },
        operation.output_shape,
    )
    metadata = parsed.pop('ResponseMetadata', {})
    return {'id': answer['id'], 'got': to_json(parsed), 'requestId': metadata.get('RequestId')}


def say(value):
    sys.stdout.write(json.dumps(value) + '\n')
    sys.stdout.flush()


say(list(samples(json.loads(sys.stdin.readline())['services'])))
say([read(answer) for answer in json.loads(sys.stdin.readline())])
