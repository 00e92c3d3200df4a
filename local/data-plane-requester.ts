import type { Symptom } from '../control-plane/health/probe-row.ts';
import { Fault } from '../control-plane/model/faults.ts';
import type { PrivateAnswer, PublicRequester, Requester } from '../handlers/runtime/requester.ts';
import type { Caller, Journey } from '../simulator/data-plane/journey.ts';
import { publicRequest } from '../simulator/data-plane/public-request.ts';
import { ask, request } from '../simulator/data-plane/request.ts';
import { isLater } from '../simulator/maybe.ts';
import { ec2Home } from '../simulator/services/ec2/state.ts';
import type { HostContext } from '../simulator/services/lambda/host.ts';
import type { World } from '../simulator/world.ts';

/** What the caller's own client sees of it: the trace knows more. */
function symptomOf({ status, clientError }: Journey): Symptom {
  if (clientError?.code === 'ENOTFOUND') return 'name';
  if (clientError?.code === 'ETIMEDOUT' || clientError?.code === 'ECONNREFUSED') return 'connect';
  if (clientError !== undefined) return 'tls';
  return status === 403 ? 'forbidden' : status === 504 ? 'slow' : 'error';
}

function answerOf(journey: Journey): PrivateAnswer {
  const { status, latencyMs, answeredBy } = journey;
  if (journey.outcome === 'answered' && status !== undefined)
    return { answered: true, status, latencyMs, ...(answeredBy !== undefined && { servedBy: answeredBy.region }) };
  const says = journey.hops.at(-1)?.says ?? 'no hop was passed';
  return { answered: false, at: journey.failedAt ?? 'nowhere', says, symptom: symptomOf(journey), latencyMs };
}

/** Requests through the simulated data plane, to the record of one member where a view has it. */
export function dataPlaneRequester(world: World, account: string): NonNullable<Requester> {
  return async ({ from, to, url, connectTo }) => {
    if (from === undefined) throw new Fault('Rejected', 'a request through the data plane must say from which VPC');
    const journey = await request(world, {
      from: { account, ...from },
      url,
      ...(to !== undefined && { pin: to }),
      resolverCache: 'bypass',
      ...(connectTo !== undefined && { connectTo }),
    });
    return answerOf(journey);
  };
}

/** What a client says of what its server has not answered in time, though a connection was made. */
const late = (timeoutMs: number): PrivateAnswer => ({
  answered: false,
  at: 'function',
  says: `no whole answer within ${timeoutMs} ms`,
  symptom: 'slow',
  latencyMs: timeoutMs,
});

const stands = new WeakMap<object, Caller>();

/** The same caller for as long as a function stands where it does: what became of its requests is remembered for it. */
function standingIn(vpc: object, now: Caller): Caller {
  const before = stands.get(vpc);
  if (before?.vpcId === now.vpcId && before.region === now.region && before.account === now.account) return before;
  stands.set(vpc, now);
  return now;
}

/**
 * Requests from where a function stands: its VPC, the first of its subnets, its security groups. It asks the resolver of its
 * VPC as callers do, and what that remembers is what it is told.
 *
 * `undefined` for a function outside of every VPC: from there no way leads to a replica.
 */
export function requesterWithin(
  world: World,
  { account, region, vpc }: Pick<HostContext, 'account' | 'region' | 'vpc'>,
  within: <Result>(ms: number, work: Promise<Result>) => Promise<Result | undefined>,
): Requester {
  const subnetId = vpc?.subnetIds[0];
  if (vpc === undefined || subnetId === undefined) return undefined;
  const vpcId = world.look(ec2Home, { account, region }).subnets.get(subnetId)?.vpcId ?? '';
  const from = standingIn(vpc, { account, region, vpcId, subnetId, securityGroupIds: vpc.securityGroupIds });
  return ({ url, connectTo, timeoutMs = 2_000 }) => {
    const asking = ask(world, { from, url, timeoutMs, ...(connectTo !== undefined && { connectTo }) });
    if (!isLater(asking)) return answerOf(asking);
    return within(timeoutMs, asking).then((journey) => (journey === undefined ? late(timeoutMs) : answerOf(journey)));
  };
}

/** Requests over the simulated internet, from near a Region. */
export const publicRequesterFrom =
  (world: World, region: string): PublicRequester =>
  async ({ url, timeoutMs }) => {
    const answer = await publicRequest(world, { from: region, url, timeoutMs });
    const { latencyMs } = answer;
    if ('status' in answer) return { answered: true, status: answer.status, body: answer.body ?? '', latencyMs };
    const symptom = answer.failed === 'ENOTFOUND' ? 'name' : 'connect';
    return { answered: false, symptom, says: answer.says, latencyMs };
  };
