"""Samples of every member of a botocore shape, and the JSON in which they cross to Node.

JSON has neither times nor bytes: {"$time": seconds} and {"$bytes": base64} stand for them.
"""

import base64
import datetime
import io

UTC = datetime.timezone.utc

# Numbers to the SDK, text to botocore: both write digits.
NUMBERS_AS_TEXT = {'PageMaxItems', 'MaxResults'}


class Sampler:
    """Makes values that differ from each other, so that members which change places are noticed."""

    def __init__(self):
        self.count = 0

    def sample(self, shape, variant, where='body', above=()):
        self.count += 1
        kind = shape.type_name
        if kind == 'structure' and shape.name == 'AttributeValue' and 'BOOL' in shape.members:
            return self.attribute_value()
        if kind == 'structure':
            return self.structure(shape, variant, above)
        if kind == 'list':
            if variant == 'empty' or shape.member.name in above:
                return []
            # A form cannot say that a list holds structures without members.
            elements = [self.sample(shape.member, variant, where, above) for _ in range(2)]
            return [element if element != {} else self.sample(shape.member, 'full', where, above) for element in elements]
        if kind == 'map':
            if variant == 'empty' or shape.value.name in above:
                return {}
            keys = (shape.key.enum or ['key-one', 'key-two'])[:2] if where == 'body' else ['key-one', 'key-two']
            return {key: self.sample(shape.value, variant, where, above) for key in keys}
        return self.scalar(shape, where)

    def structure(self, shape, variant, above):
        if shape.is_document_type:
            return {'document': [1, 'two', None, {'three': True}]}
        names = list(shape.members)
        if getattr(shape, 'is_tagged_union', False):
            names = names[self.count % len(names):][:1]
        elif variant == 'required' or variant == 'empty' and above:
            names = [name for name in names if name in shape.required_members or is_always_there(shape, name)]
        value = {}
        for name in names:
            member = shape.members[name]
            if getattr(member, 'is_document_type', False) or member.name not in above or name in shape.required_members:
                where = member.serialization.get('location', 'body')
                scalar = member.type_name not in ('list', 'map')
                optional = name not in shape.required_members and not is_always_there(shape, name)
                if variant == 'empty' and (scalar or where != 'body') and optional:
                    continue
                below = (*above, shape.name)
                value[name] = self.sample(member, variant, where, below)
                # Neither a form nor a query can say that something required is there and empty.
                if value[name] in ({}, []) and name in shape.required_members and (variant == 'required' or where != 'body'):
                    value[name] = self.sample(member, 'full', where, below)
        return value

    def scalar(self, shape, where):
        kind = shape.type_name
        number = self.count
        if kind == 'string' or kind == 'character':
            if shape.name in NUMBERS_AS_TEXT:
                return NumberAsText(number)
            if shape.enum:
                return shape.enum[number % len(shape.enum)]
            if where == 'header' or where == 'headers':
                return f'text-{number}'
            if where == 'uri':
                return f'a/b c+{number}%é'
            return f'<{number}> & "é" + \'x\'=1\n%41'
        if kind == 'blob':
            return bytes([0, 255, number % 256, 10])
        if kind == 'boolean':
            return number % 2 == 0
        if kind == 'timestamp':
            return datetime.datetime.fromtimestamp(1_767_225_600 + number, UTC)
        if kind in ('float', 'double', 'bigdecimal'):
            return number + 0.5
        if kind == 'long':
            return 2**40 + number
        return number

    def attribute_value(self):
        """One of DynamoDB's: a union, though its model does not say so."""
        number = self.count
        simple = [{'S': f'é{number}'}, {'N': f'{number}'}, {'B': bytes([0, 255, number % 256])}, {'BOOL': True}, {'NULL': True}]
        nested = [
            {'SS': ['a', f'b{number}']},
            {'NS': ['1', f'{number + 2}']},
            {'BS': [b'\x00', b'\xff']},
            {'L': simple},
            {'M': {'one': {'L': []}, 'two': {'M': {'three': simple[number % 5]}}}},
        ]
        return (simple + nested)[number % 10]


def is_always_there(shape, name):
    """What every response has: a status, a body that is streamed, and its type."""
    member = shape.members[name]
    where = member.serialization
    streamed = name == shape.serialization.get('payload') and member.type_name == 'blob'
    return streamed or where.get('location') == 'statusCode' or where.get('name') == 'Content-Type'


class NumberAsText(str):
    pass


def to_json(value):
    if isinstance(value, datetime.datetime):
        return {'$time': value.timestamp()}
    if isinstance(value, io.BytesIO):
        value = value.read()
    if isinstance(value, (bytes, bytearray)):
        return {'$bytes': base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: to_json(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(member) for member in value]
    return value


def as_the_sdk_has_it(value):
    """An input in the SDK's types."""
    if isinstance(value, NumberAsText):
        return int(value)
    if isinstance(value, dict):
        return {key: as_the_sdk_has_it(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_the_sdk_has_it(member) for member in value]
    return value
