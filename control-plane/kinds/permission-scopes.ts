import { FLEET_TAG, TARGET_TAG } from '../model/ownership.ts';
import type { Conditions, Permission } from '../model/permission.ts';

/*
 * What the kinds' permissions have in common. '{account}' and '{home}' stand for the deployment's own.
 *
 * Whoever wrote a tag may write another: what these conditions keep out is mistakes, and every resource of the account that
 * no fleet has anything to do with. That a target is this fleet's is proven by the kinds themselves, before each write.
 */

const NAME_TAG = 'Name';

/** It bears the tag of a fleet. */
export const ownedByAFleet: Conditions = { Null: { [`aws:ResourceTag/${FLEET_TAG}`]: 'false' } };

/** It bears the tag of a fleet from its first moment. */
export const taggedAtCreation: Conditions = { Null: { [`aws:RequestTag/${FLEET_TAG}`]: 'false' } };

/**
 * Our tags are written, and no others. Of what there is before they are, nothing can be asked: the kinds put them back where
 * somebody took them all off.
 */
export const onlyOurTags: Conditions = {
  ...taggedAtCreation,
  'ForAllValues:StringEquals': { 'aws:TagKeys': [NAME_TAG, FLEET_TAG, TARGET_TAG] },
};

/** Resources of EC2, wherever they are: 'vpc', 'route-table'. */
export const ec2Arn = (type: string): string => `arn:aws:ec2:*:{account}:${type}/*`;

/** VPCs of every account that has members of the same fleets. */
export const peersVpcs = 'arn:aws:ec2:*:{peer}:vpc/*';

/** Lists of EC2's: 'Vpcs', 'Subnets'. */
export const describes = (...lists: readonly string[]): Permission => ({
  actions: lists.map((list) => `ec2:Describe${list}`),
  resources: ['*'],
  because: 'EC2 defines no resource types for the actions that list its resources',
});

/** Tags of EC2's resources of these types, at creation and whenever they are missing. */
export const tagging = (...types: readonly string[]): Permission => ({
  actions: ['ec2:CreateTags'],
  resources: types.map(ec2Arn),
  conditions: onlyOurTags,
});

/** Functions of Lambda's by the pattern of their names: 'landbridge-*_watch'. */
export const functionArn = (name: string): string => `arn:aws:lambda:*:{account}:function:${name}`;

/** The agents of every fleet, and one of them: no other function of ours has a '_'. */
export const anyAgent = functionArn('landbridge-*_*');
export const agentArn = (agent: string): string => functionArn(`landbridge-*_${agent}`);

/** Hands a role on to a service, and to that one only. */
export const passes = (roles: readonly string[], service: string): Permission => ({
  actions: ['iam:PassRole'],
  resources: roles.map((role) => `arn:aws:iam::{account}:role/${role}`),
  conditions: { StringEquals: { 'iam:PassedToService': service } },
});

/** A service makes the role it works under itself, the first time, in the name of whoever asked. */
export const servicesOwnRole = (service: string, role: string): Permission => ({
  actions: ['iam:CreateServiceLinkedRole'],
  resources: [`arn:aws:iam::{account}:role/aws-service-role/${service}/${role}`],
  conditions: { StringEquals: { 'iam:AWSServiceName': service } },
});

/** A resource of API Gateway's, whose ARNs have no account but where it says so: '/restapis/*'. */
export const apiGatewayArn = (path: string): string => `arn:aws:apigateway:*::${path}`;
/** Private domains and their associations are the newer ones: their ARNs have an account. */
export const ownApiGatewayArn = (path: string): string => `arn:aws:apigateway:*:{account}:${path}`;

/** API Gateway's tags are a resource of their own, at creation too. */
export const apiGatewayTags: Permission = {
  actions: ['apigateway:PUT'],
  resources: [apiGatewayArn('/tags/*')],
  conditions: onlyOurTags,
};

export const anyZone = 'arn:aws:route53:::hostedzone/*';
