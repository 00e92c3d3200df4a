"""Tells, as JSON, what boto3 sees of a fleet at an endpoint: boto3_fleet.py URL FLEET DOMAIN REGION..."""

import json
import sys

import boto3

url, fleet, domain, *regions = sys.argv[1:]
ACTIVE = {"Name": "status-code", "Values": ["active"]}


def client(service, region):
    return boto3.client(
        service, region_name=region, endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test"
    )


def ours(tags):
    return {tag["Key"]: tag["Value"] for tag in tags or []}.get("landbridge:target")


def network(region):
    ec2 = client("ec2", region)
    peerings = ec2.describe_vpc_peering_connections(Filters=[ACTIVE])["VpcPeeringConnections"]
    tables = [table for table in ec2.describe_route_tables()["RouteTables"] if ours(table["Tags"])]
    return {
        "vpcs": {vpc["VpcId"]: vpc["CidrBlock"] for vpc in ec2.describe_vpcs()["Vpcs"] if ours(vpc.get("Tags"))},
        "peerings": sorted(peering["VpcPeeringConnectionId"] for peering in peerings),
        "routes": {
            route["DestinationCidrBlock"]: route["VpcPeeringConnectionId"]
            for table in tables
            for route in table["Routes"]
            if "VpcPeeringConnectionId" in route
        },
        "endpoints": [endpoint["VpcEndpointId"] for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]],
    }


def api(region):
    gateway = client("apigateway", region)
    return {
        found["name"]: {
            "stages": [stage["stageName"] for stage in gateway.get_stages(restApiId=found["id"])["item"]],
            "paths": sorted(item["path"] for item in gateway.get_resources(restApiId=found["id"])["items"]),
        }
        for found in gateway.get_rest_apis()["items"]
    }


def views():
    route53 = client("route53", "us-east-1")
    zones = route53.list_hosted_zones()["HostedZones"]
    return {
        associated["VPCId"]: sorted(
            record["SetIdentifier"]
            for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
            if record["Type"] == "A" and record["Name"] == domain + "."
        )
        for zone in zones
        if zone["Name"] == domain + "."
        for associated in route53.get_hosted_zone(Id=zone["Id"])["VPCs"]
    }


def journal(fleet):
    rows = client("dynamodb", "us-east-1").query(
        TableName="landbridge-state",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "journal#" + fleet}},
    )["Items"]
    entries = [row["entry"]["M"] for row in rows]
    return {
        what: [entry["says"]["S"] for entry in entries if entry["what"]["S"] == what] for what in ("finding", "outcome")
    }


json.dump(
    {
        "regions": {region: network(region) for region in regions},
        "apis": {region: api(region) for region in regions},
        "views": views(),
        "journal": journal(fleet),
    },
    sys.stdout,
)
