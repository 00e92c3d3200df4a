"""Which errors a service's model does not declare for an operation.

In   [{"service": "events", "operation": "PutRule", "code": "ConcurrentModificationException", "status": 400}, ...]
Out  those that botocore knows no such error of, or with another status, as "service operation code status"
"""

import json
import sys

import botocore.session

session = botocore.session.get_session()


def declared(service, operation):
    """Code and status of each error; a model that names no status leaves it to the protocol: 400."""
    shapes = session.get_service_model(service).operation_model(operation).error_shapes
    for shape in shapes:
        said = shape.metadata.get("error", {})
        yield said.get("code", shape.name), said.get("httpStatusCode", 400)


undeclared = [
    "{service} {operation} {code} {status}".format(**asked)
    for asked in json.load(sys.stdin)
    if (asked["code"], asked["status"]) not in declared(asked["service"], asked["operation"])
]
print(json.dumps(undeclared))
