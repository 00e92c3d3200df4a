"""Whether what runbooks ask of AWS is what AWS takes: [{"service", "api", "input"}] in, [[problem, ...]] out."""

import json
import sys

import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator

session = botocore.session.get_session()
told = []
for call in json.load(sys.stdin):
    model = session.get_service_model(call["service"])
    names = {xform_name(name): name for name in model.operation_names}
    name = names.get(xform_name(call["api"]))
    if name is None:
        told.append([f"{call['service']} has no operation {call['api']}"])
        continue
    report = ParamValidator().validate(call["input"], model.operation_model(name).input_shape)
    told.append([report.generate_report()] if report.has_errors() else [])
json.dump(told, sys.stdout)
