"""Joins a Region by boto3 and tells, as JSON, what came of it: boto3_join.py URL FLEET REGION ROLE."""

import json
import sys
import time

import boto3

url, fleet, region, role = sys.argv[1:]
HOME, ACCOUNT = "us-east-1", "111122223333"


def client(service, at):
    return boto3.client(
        service, region_name=at, endpoint_url=url, aws_access_key_id=ACCOUNT, aws_secret_access_key="simulator"
    )


steps = client("stepfunctions", HOME)
asked = {
    "stateMachineArn": f"arn:aws:states:{HOME}:{ACCOUNT}:stateMachine:landbridge-onboard-region",
    "name": f"boto3-{region}",
    "input": json.dumps({"fleet": fleet, "region": region, "role": role}),
}
first = steps.start_execution(**asked)
second = steps.start_execution(**asked)

found = steps.describe_execution(executionArn=first["executionArn"])
while found["status"] == "RUNNING":
    time.sleep(0.2)
    found = steps.describe_execution(executionArn=first["executionArn"])
output = json.loads(found.get("output", "{}"))

pages = steps.get_paginator("get_execution_history").paginate(executionArn=first["executionArn"])
events = [event for page in pages for event in page["events"]]
ids = output.get("ids", {})
ec2 = client("ec2", region)
peerings = ec2.describe_vpc_peering_connections(Filters=[{"Name": "status-code", "Values": ["active"]}])
zone = client("route53", HOME).get_hosted_zone(Id=ids[f"view/{region}"])

print(
    json.dumps(
        {
            "isSame": (first["executionArn"], first["startDate"]) == (second["executionArn"], second["startDate"]),
            "status": found["status"],
            "cause": found.get("cause"),
            "output": output,
            "lastEvent": events[-1]["type"],
            "vpc": ec2.describe_vpcs(VpcIds=[ids[f"vpc/{region}"]])["Vpcs"][0]["CidrBlock"],
            "peerings": sorted(peering["VpcPeeringConnectionId"] for peering in peerings["VpcPeeringConnections"]),
            "zone": zone["HostedZone"]["Name"],
            "zoneVpcs": [vpc["VPCId"] for vpc in zone["VPCs"]],
        }
    )
)
