/**
 * The functions that every member has of ours. `probe` asks from inside the VPC and may do nothing else; `watch` stands
 * outside it, keeps the ten-second beat, and writes down and reports what probe saw; `bit` is what Route 53 checks.
 */
export const agentNames = ['probe', 'watch', 'bit'] as const;
export type AgentName = (typeof agentNames)[number];

export interface AgentShape {
  readonly name: AgentName;
  /** Of serving members only: a client has no health to tell of. */
  readonly servingOnly: boolean;
  readonly inVpc: boolean;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly schedule?: string;
}

/** The beat of the probes, and how many of them make one minute's invocation of `watch`. */
export const PROBE_EVERY_MS = 10_000;
export const ROUNDS_PER_MINUTE = 6;
/** How long a prober waits for an answer. */
export const PROBE_TIMEOUT_MS = 2_000;

/** All of them. 128 MB is the least Lambda sells, and they mostly wait. */
export const agents: readonly AgentShape[] = [
  { name: 'probe', servingOnly: false, inVpc: true, memoryMb: 128, timeoutSeconds: 5 },
  {
    name: 'watch',
    servingOnly: false,
    inVpc: false,
    memoryMb: 128,
    timeoutSeconds: 60,
    schedule: 'rate(1 minute)',
  },
  { name: 'bit', servingOnly: true, inVpc: false, memoryMb: 128, timeoutSeconds: 3 },
];

/** The name of a fleet's agent, the same in every Region. No function of a fleet's own can have it: they have no '_'. */
export const agentFunction = (fleet: string, agent: AgentName): string => `landbridge-${fleet}_${agent}`;
export const agentRole = (account: string, agent: AgentName): string =>
  `arn:aws:iam::${account}:role/landbridge-${agent}`;
/** What a health bit's answer holds while callers may be sent there: the string that Route 53 looks for. */
export const BIT_IS_GOOD = 'landbridge: in service';
/** How long a bit answers with what it read before it reads again. */
export const BIT_REMEMBERS_MS = 5_000;
/**
 * From where Route 53 checks the bits: the fewest it allows, an ocean apart, and none of them the usual home. Each more
 * costs another fifth of a million invocations a month and member.
 */
export const CHECKED_FROM = ['us-west-2', 'eu-west-1', 'ap-southeast-1'] as const;
/** Where what probers measure is kept: by fleet and member. */
export const METRICS_NAMESPACE = 'Landbridge';
