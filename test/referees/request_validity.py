"""What is wrong with requests, by the models that AWS publishes and botocore ships. See request-validity.test.ts.

One line of JSON in, one out:
  [{"service": "ec2", "operation": "CreateVpc", "input": {...}}]  ->  {"findings": [[0, "where", "what"]], "unread": ["pattern"]}

botocore's own validator asks for what is required, for types and for least values. What the models say beside that it
leaves to AWS: enums, patterns, greatest values and lengths. Those are read off the shapes here.
"""

import base64
import datetime
import json
import re
import sys
import uuid

import botocore.session
import botocore.validate

try:
    import regex  # knows \\p{L}
except ImportError:
    regex = re

session = botocore.session.get_session()
unread = set()


def from_json(value):
    if isinstance(value, dict):
        if set(value) == {'$time'}:
            return datetime.datetime.fromtimestamp(value['$time'], datetime.timezone.utc)
        if set(value) == {'$bytes'}:
            return base64.b64decode(value['$bytes'])
        return {key: from_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [from_json(member) for member in value]
    return value


def size_of(value, shape):
    """What its least and greatest are about."""
    if shape.type_name in ('integer', 'long', 'float', 'double'):
        return value
    return len(value.encode() if shape.type_name == 'blob' and isinstance(value, str) else value)


def matches(pattern, value):
    """Patterns of AWS's models are about the whole text."""
    try:
        return regex.fullmatch(pattern, value) is not None
    except (re.error, regex.error):
        unread.add(pattern)
        return True


def constraints(value, shape, where):
    about = shape.metadata
    if shape.type_name == 'string':
        if about.get('enum') and value not in about['enum']:
            yield where, f'{value!r} is none of {about["enum"]}'
        if about.get('pattern') and not matches(about['pattern'], value):
            yield where, f'{value!r} does not match {about["pattern"]}'
    if shape.type_name in ('string', 'blob', 'list', 'map', 'integer', 'long', 'float', 'double'):
        size = size_of(value, shape)
        if 'min' in about and size < about['min']:
            yield where, f'{size} is less than {about["min"]}'
        if 'max' in about and size > about['max']:
            yield where, f'{size} is more than {about["max"]}'
    if shape.type_name == 'structure':
        for name, member in value.items():
            if name in shape.members and member is not None:
                yield from constraints(member, shape.members[name], f'{where}.{name}')
    if shape.type_name == 'list':
        for index, item in enumerate(value):
            yield from constraints(item, shape.member, f'{where}[{index}]')
    if shape.type_name == 'map':
        for key, member in value.items():
            yield from constraints(key, shape.key, f'{where}.{key} (key)')
            yield from constraints(member, shape.value, f'{where}.{key}')


def check(request):
    model = session.get_service_model(request['service'])
    if request['operation'] not in model.operation_names:
        yield '', 'there is no such operation'
        return
    operation = model.operation_model(request['operation'])
    value = from_json(request['input'])
    if operation.input_shape is None:
        if value:
            yield '', 'it takes no input'
        return
    # Clients make these up.
    for name in operation.idempotent_members:
        value.setdefault(name, str(uuid.uuid4()))
    report = botocore.validate.ParamValidator().validate(value, operation.input_shape)
    if report.has_errors():
        yield '', report.generate_report()
        return
    yield from constraints(value, operation.input_shape, '')


requests = json.loads(sys.stdin.readline())
findings = [[index, where, what] for index, request in enumerate(requests) for where, what in check(request)]
print(json.dumps({'findings': findings, 'unread': sorted(unread)}))
