import { isReadOnly, type Service } from '../../simulator/service.ts';
import type { Request, World } from '../../simulator/world.ts';

/** Calls to AWS of Landbridge's own functions and workflows, of one stretch of time. */
export interface CallsMade {
  /** Of resources: not of the state table. */
  readonly reads: number;
  /** Of resources: what CloudTrail calls a management event. Starting runs of our own is none. */
  readonly writes: number;
  /** Of these, records in views: how callers are steered. */
  readonly recordWrites: number;
  /** To Route 53's control plane, reads among them. */
  readonly route53: number;
  /** To any control plane: all but data events. */
  readonly controlPlane: number;
  /** To us-east-1, from a function that runs elsewhere. Global services count as there. */
  readonly toUsEast1: number;
  /** Of these, reports of what probes saw: to home's bus, sent and not waited for. */
  readonly reportsToUsEast1: number;
}

const NONE: CallsMade = {
  reads: 0,
  writes: 0,
  recordWrites: 0,
  route53: 0,
  controlPlane: 0,
  toUsEast1: 0,
  reportsToUsEast1: 0,
};
const US_EAST_1 = 'us-east-1';
/** The fleet owns nothing of these: they are how Landbridge itself works. */
const OUR_OWN = new Set(['dynamodb', 'sfn', 'cloudwatch', 'cloudwatch-logs', 'sns', 'sts']);

const isOurs = ({ principal }: Request): boolean => /:assumed-role\/landbridge-(?!deploy\/)/.test(principal.arn);

/** A look that was under way when its Region went dark: in there, nobody calls anybody any more. */
const isInTheDark = ({ outages }: World, { from }: Request): boolean => from !== undefined && outages.isDark(from);

function countsOf(request: Request, service: Service | undefined): CallsMade {
  const { operation } = request;
  const isData = service?.dataEvents?.has(operation) === true;
  const isOfResources = !OUR_OWN.has(request.service) && !isData;
  const isRead = isReadOnly(operation);
  const region = service?.scope === 'global' ? US_EAST_1 : request.place.region;
  const crosses = region === US_EAST_1 && request.from !== undefined && request.from !== US_EAST_1;
  return {
    reads: Number(isOfResources && isRead),
    writes: Number(isOfResources && !isRead),
    recordWrites: Number(operation === 'ChangeResourceRecordSets'),
    route53: Number(request.service === 'route-53'),
    // What it writes to its own tables, or starts of its own, in its own Region is its own business.
    controlPlane: Number(isOfResources),
    toUsEast1: Number(crosses),
    reportsToUsEast1: Number(crosses && operation === 'PutEvents'),
  };
}

const sumOf = (a: CallsMade, b: CallsMade): CallsMade => ({
  reads: a.reads + b.reads,
  writes: a.writes + b.writes,
  recordWrites: a.recordWrites + b.recordWrites,
  route53: a.route53 + b.route53,
  controlPlane: a.controlPlane + b.controlPlane,
  toUsEast1: a.toUsEast1 + b.toUsEast1,
  reportsToUsEast1: a.reportsToUsEast1 + b.reportsToUsEast1,
});

export interface CallCounter {
  /** Calls begun at `fromMs` or later and before `untilMs`, whether anybody answered or not. */
  between(fromMs: number, untilMs: number): CallsMade;
  stop(): void;
}

/** Counts from now on, and also calls that reach nobody. */
export function countCalls(world: World): CallCounter {
  const atMs = new Map<number, CallsMade>();
  const count = (request: Request): void => {
    if (!isOurs(request) || isInTheDark(world, request)) return;
    const nowMs = world.clock.nowMs();
    const counts = countsOf(request, world.services.get(request.service));
    atMs.set(nowMs, sumOf(atMs.get(nowMs) ?? NONE, counts));
  };
  world.listeners.add(count);
  return {
    between(fromMs, untilMs) {
      let sum = NONE;
      for (const [whenMs, made] of atMs) if (whenMs >= fromMs && whenMs < untilMs) sum = sumOf(sum, made);
      return sum;
    },
    stop() {
      world.listeners.delete(count);
    },
  };
}
