import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { RoleSpec } from '../permissions/role.ts';

/** A finding that stays, and why: the risk is named, and what bounds it. */
export interface Suppression {
  /** As the report writes it: 'AwsSolutions-SQS3'. */
  readonly rule: string;
  readonly reason: string;
}

/** Of every function, or of everything of a stack. */
export const everywhere: readonly Suppression[] = [
  {
    rule: 'NIST.800.53.R5-LambdaInsideVPC',
    reason:
      'The control plane calls AWS APIs only, in every Region of a fleet. A VPC would make it depend on endpoints and gateways of one Region, which is what it is there to mend.',
  },
  {
    rule: 'NIST.800.53.R5-LambdaConcurrency',
    reason:
      'Functions that events invoke have reserved concurrency (infra/functions.ts). The others are invoked by workflows, which are bounded: reserving for each would take what they share in an emergency.',
  },
  {
    rule: 'NIST.800.53.R5-LambdaDLQ',
    reason:
      'What fails on an event goes to an on-failure destination, which holds the reason beside the event. The others are invoked by workflows, which catch their faults.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    reason:
      'What fails on an event goes to an on-failure destination, which holds the reason beside the event. The others are invoked by workflows, which catch their faults.',
  },
];
export const ofDeadLetterQueues: readonly Suppression[] = [
  { rule: 'AwsSolutions-SQS3', reason: 'It is a dead-letter queue itself; its depth alarms.' },
  { rule: 'Serverless-SQSRedrivePolicy', reason: 'It is a dead-letter queue itself; its depth alarms.' },
];

/** Why a role names resources by a pattern, by what the pattern is of. Whatever none of these is about is a finding. */
export const patterns: readonly (readonly [of: RegExp, why: string])[] = [
  [
    /^arn:aws:logs:[^:]+:\d+:log-group:\/aws\/lambda\/landbridge-[^*]+:\*$/,
    'the streams of its own log group, which Lambda names',
  ],
  [
    /^arn:aws:logs:\*:\d+:log-group:\/aws\/lambda\/landbridge-\*_[a-z]+:\*$/,
    'its own log group in whatever Region a fleet, of whatever name, is a member in',
  ],
  [
    /^arn:aws:logs:\*:\d+:log-group:\/aws\/lambda\/landbridge-\*_\*:\*$/,
    'the log groups of agents, which are made and removed with them, in whatever Region a fleet, of whatever name, is a member in',
  ],
  [
    /^arn:aws:(?:lambda:\*:\d+:function:|logs:\*:\d+:log-group:\/aws\/lambda\/)landbridge-[a-z0-9-]+-\*(?::\*)?$/,
    'the functions of one fleet, and their log groups, in whatever Region it is a member in',
  ],
  [
    /^arn:aws:iam::\*:role\/landbridge-(observer|applier)$/,
    'the one role of each account that has members; that account lets nobody in without the external id of a fleet of its own',
  ],
  [
    /^arn:aws:events:\*:\d+:event-bus\/default$/,
    'one bus, by its name, in home and in the standby: who else may put events there is for the kinds to say',
  ],
  [
    /^arn:aws:ec2:\*:\d+:[a-z-]+\/\*$/,
    'EC2 names what it makes, in whatever Region joins; writes are bound by conditions on tags, VPCs or both',
  ],
  [
    /^arn:aws:ec2:\*:\d+:\*\/\*$/,
    'Lambda makes sure, before there is an interface, that a function in a VPC may have any; a condition leaves the code of the function itself out',
  ],
  [
    /^arn:aws:apigateway:\*:\d*:\/[a-z/*]+$/,
    'API Gateway names what it makes, in whatever Region joins; what exists is bound by conditions on tags where it knows them',
  ],
  [
    /^arn:aws:route53:::(hostedzone|healthcheck)\/\*$/,
    'Route 53 names what it makes, and knows no tags in conditions; record names and VPCs bound what it does',
  ],
  [
    /^arn:aws:cloudwatch:\*:\d+:alarm:\*$/,
    'DescribeAlarms lists the alarms of a Region, and is asked for a prefix that is no part of an ARN',
  ],
  [
    /^arn:aws:dynamodb:\*:\d+:table\/landbridge-state$/,
    'one table, by its name: its replica is in whatever Region joins',
  ],
  [
    /^arn:aws:(cloudwatch|events|iam|lambda):[^:]*:\d+:(alarm:|rule\/|role\/|function:)landbridge-\*/,
    'what fleets own is named after them and begins with our name; the deployment knows neither the fleets nor their Regions',
  ],
  [
    /^arn:aws:cloudtrail:\*:\*:trail\/\*$/,
    'whether a trail logs, and what: its name, Region and account are those of whoever made it, an organization for one; nothing of it is changed',
  ],
  [
    /^arn:aws:states:[^:*]+:\d+:execution:landbridge-[^:]+:((runbook|again)-)?\*$/,
    'runs of our own state machines, each of which has a name of its own',
  ],
  [
    /^arn:aws:ssm:[^:*]+:\d+:automation-execution\/\*$/,
    'Systems Manager names what it starts; its conditions know no documents for executions',
  ],
];

interface Statement {
  readonly Sid: string;
  readonly Resource: readonly string[];
}

/** What is to be said of each pattern among a role's resources: AWS's own reason where it knows nothing narrower than '*'. */
export function* wildcardsOf(role: RoleSpec, statements: readonly object[]): Generator<Suppression, void> {
  const reasons = new Map<string, Set<string>>();
  for (const { Sid, Resource } of statements as readonly Statement[])
    for (const resource of Resource.filter((each) => each.includes('*'))) {
      const why = resource === '*' ? role.statements[Sid]?.because : patterns.find(([of]) => of.test(resource))?.[1];
      // Without a reason it stays a finding.
      if (why !== undefined) reasons.set(resource, (reasons.get(resource) ?? new Set()).add(why));
    }
  for (const [resource, why] of reasons)
    yield { rule: `AwsSolutions-IAM5[Resource::${resource}]`, reason: `${resource}: ${[...why].join('; ')}.` };
}

/** Leaves findings of a construct, and of what is in it, with their reasons. */
export function acknowledge(scope: IConstruct, suppressions: Iterable<Suppression>): void {
  for (const { rule, reason } of suppressions) Validations.of(scope).acknowledge({ id: rule, reason });
}
