import { z } from 'zod';

/** A fleet's or a function's name: it becomes part of the names of roles and functions, which AWS caps at 64. */
const shortName = (): z.ZodString =>
  z.string().regex(/^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/, {
    error: ({ input }) =>
      `"${input}" is not a name: 1 to 24 of a-z, 0-9 and "-", from a letter, to a letter or a digit`,
  });

/** An object without fields of its own invention: a field that is misspelt must not be a field that is ignored. */
export const strict = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `does not belong here; known are ${Object.keys(shape).join(', ')}`
        : undefined,
  });

const id = (prefix: string): z.ZodString =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), {
    error: ({ input }) => `"${input}" is not an id like ${prefix}-0a1b2c3d4e5f60718`,
  });

const arn = (service: string): z.ZodString =>
  z.string().regex(new RegExp(`^arn:aws:${service}:[a-z0-9-]*:\\d{12}:\\S+$`), {
    error: ({ input }) => `"${input}" is not an ARN of ${service}`,
  });

export const BorrowedVpcSchema = strict({
  vpcId: id('vpc'),
  routeTableIds: z.array(id('rtb')).min(1),
  subnetIds: z.array(id('subnet')).min(2),
});

const RoleSchema = z.enum(['serving', 'client']);

const AccountSchema = z
  .string()
  .regex(/^\d{12}$/, { error: ({ input }) => `"${input}" is not an account: twelve digits, in quotes` });

const MemberSchema = strict({
  role: RoleSchema,
  account: AccountSchema.optional(),
  cidr: z.string().optional(),
  vpc: BorrowedVpcSchema.optional(),
  certificateArn: arn('acm').optional(),
});

/**
 * By families and not by a list: a runtime that Lambda has next year is no mistake, and one that it has retired it refuses itself.
 *
 * Source  docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
const RUNTIME = /^(?:nodejs\d+\.x|python3\.\d+|ruby\d\.\d|java\d+(?:\.al\d+)?|dotnet\d+|provided\.al\d+)$/;

const FunctionSchema = strict({
  /** A folder or a zip, by its path from the fleet file. */
  code: z.string().min(1),
  handler: z
    .string()
    .regex(/^[^\s]{1,128}$/, { error: ({ input }) => `"${input}" is not a handler like index.handler` }),
  runtime: z
    .string()
    .regex(RUNTIME, { error: ({ input }) => `"${input}" is not a runtime of Lambda` })
    .default('nodejs24.x'),
  memoryMb: z.int().min(128).max(10_240).default(256),
  // API Gateway hangs up on an integration after 29 s: a function that may run longer only bills for nobody.
  timeoutSeconds: z.int().min(1).max(29).default(10),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9_]+$/, { error: ({ input }) => `"${input}" is not the name of a variable` }),
      z.string(),
    )
    .default({}),
});

/**
 * The fleet file, version 1, as written: paths not followed yet, Regions and CIDRs not understood yet.
 *
 * Source  docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html for memory,
 *         docs.aws.amazon.com/apigateway/latest/developerguide/limits.html for the 29 s
 */
export const FleetFile = strict({
  version: z.literal(1),
  fleet: shortName(),
  home: z.string(),
  standby: z.string().optional(),
  domain: z.string(),
  network: strict({
    supernet: z.string(),
    prefixLength: z.int().min(16).max(28).default(16),
    zones: z.int().min(2).max(6).default(2),
    topology: z
      .union([z.literal('mesh'), strict({ hub: z.string() })], { error: 'is neither mesh nor a hub' })
      .default('mesh'),
  }),
  api: strict({
    /** An OpenAPI 3.0 document, by its path from the fleet file. */
    openapi: z.string().min(1),
    stage: z
      .string()
      .regex(/^\w{1,128}$/, { error: ({ input }) => `"${input}" is not a stage name` })
      .default('live'),
  }),
  functions: z.record(shortName(), FunctionSchema),
  roles: strict({ function: arn('iam').optional(), invoke: arn('iam').optional() }).default({}),
  health: strict({
    slowMs: z.int().min(50).max(2_000).default(1_800),
    failAfterRounds: z.int().min(2).max(10).default(3),
    recoverAfterRounds: z.int().min(2).max(12).default(6),
    coolDownSeconds: z.int().min(60).max(86_400).default(300),
  }).prefault({}),
  policies: strict({
    repairsPerHour: z.int().min(0).max(60).default(6),
    maxShareInRepair: z.number().min(0).max(1).default(0.5),
    approvals: z.array(z.enum(['evacuate', 'restore', 'drill'])).default([]),
    minConfidence: z.number().min(0).max(1).default(0.6),
  }).prefault({}),
  members: z.record(z.string(), MemberSchema).default({}),
});
export type FleetFile = z.infer<typeof FleetFile>;

/** What to write where the schema finds fault, by path; `*` stands for a name of the person's own choosing. */
const REMEDIES: Readonly<Record<string, string>> = {
  version: 'write version: 1',
  fleet: 'name the fleet, such as fleet: payments',
  home: 'name the Region where the fleet keeps its state, such as home: us-east-1',
  domain: 'write the name that callers use, such as domain: api.payments.example.com',
  network: 'add network: with a supernet, such as 10.64.0.0/12',
  'network.supernet': 'write the block that VPCs are cut from, such as supernet: 10.64.0.0/12',
  'network.prefixLength': 'write a prefix length from 16 to 28, such as 16',
  'network.zones': 'write 2 to 6; 2 is enough to outlive a zone',
  'network.topology': 'write topology: mesh, or topology: { hub: us-east-1 }',
  api: 'add api: with the path of an OpenAPI document',
  'api.openapi': 'write the path of the OpenAPI document, such as openapi: ./payments.openapi.yaml',
  'api.stage': 'write letters, digits and "_", such as stage: live',
  functions: 'declare at least one function, with its code and its handler',
  'functions.*.code': 'write the path of a folder or a zip, such as code: ./functions/payments',
  'functions.*.handler': 'write the file and what it exports, such as handler: index.handler',
  'functions.*.runtime': 'write a runtime of Lambda, such as nodejs24.x',
  'functions.*.memoryMb': 'write 128 to 10240, such as 256',
  'functions.*.timeoutSeconds': 'write 1 to 29: API Gateway waits no longer for an answer',
  'functions.*.environment.*': 'write text: put numbers and booleans in quotes',
  health: 'leave it out, or set slowMs, failAfterRounds, recoverAfterRounds, coolDownSeconds',
  'health.slowMs': 'write 50 to 2000: an answer that takes longer counts as none',
  'health.failAfterRounds': 'write 2 to 10 rounds of ten seconds',
  'health.recoverAfterRounds':
    'write 2 to 12 rounds of ten seconds; more than failAfterRounds, so that coming back is slower than going',
  'health.coolDownSeconds': 'write 60 to 86400 seconds between two automatic moves of the same callers',
  policies: 'leave it out, or set repairsPerHour, maxShareInRepair, approvals, minConfidence',
  'policies.repairsPerHour': 'write 0 to 60; 0 switches automatic repair off and tells people instead',
  'policies.maxShareInRepair': 'write a share from 0 to 1; 0 switches automatic repair off',
  'policies.approvals': 'write a list of evacuate, restore, drill: what an operator must approve first',
  'policies.minConfidence': 'write a share from 0 to 1 of the evidence that must agree before callers are moved',
  'members.*.role': 'write role: serving, or role: client for a Region that only has callers',
  'members.*.account':
    'write the twelve digits of the account that it lives in, in quotes, or leave it out for that of the control plane',
  'members.*.cidr': 'write a block such as 10.70.0.0/16, or leave it out to have one allocated',
  'members.*.vpc.routeTableIds': 'name at least one route table that gets the routes to the other members',
  'members.*.vpc.subnetIds': 'name at least two subnets, each in a zone of its own, for the endpoint',
};

/** Sections whose keys are names of the person's own choosing. */
const NAMED = new Set(['functions', 'members', 'functions.*.environment']);

/** What to do about a fault at `path`: of the longest part of it that there is advice for. */
export function remedyAt(path: readonly PropertyKey[]): string {
  let pattern = '';
  let remedy = 'compare it with examples/payments.fleet.yaml';
  for (const part of path) {
    const key = NAMED.has(pattern) ? '*' : String(part);
    pattern = pattern === '' ? key : `${pattern}.${key}`;
    remedy = REMEDIES[pattern] ?? remedy;
  }
  return remedy;
}
