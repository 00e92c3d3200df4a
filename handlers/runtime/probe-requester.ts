import { PROBE_TIMEOUT_MS } from '../../control-plane/model/agents.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { type AgentProbe, askProbe } from './ask-probe.ts';
import { type FleetState, standsIn, vpcIdOf } from './fleet-state.ts';
import { FleetStore } from './fleet-store.ts';
import { NOT_ASKED, type PrivateAnswer, type Requester } from './requester.ts';
import type { Runtime } from './runtime.ts';

/** Which blocks belong to which member. */
export const cidrsOf = ({ members }: Pick<FleetState, 'members'>): Record<Region, string[]> =>
  Object.fromEntries(members.map(({ region, cidrs }) => [region, [...cidrs]]));

/**
 * Makes requests inside VPCs for functions that stand outside of them: through the probe agent of the member whose VPC it is.
 *
 * Names are resolved there as for every caller: of a request by name, `to` says who is hoped for, and `servedBy` who it was.
 *
 * Reads   whose VPC it is, from the state table: once per container for all requests that are made side by side
 * Faults  none: an agent that cannot be asked is a request that was not answered
 */
export function probeRequester(runtime: Omit<Runtime, 'requester'>): NonNullable<Requester> {
  const world: Runtime = { ...runtime, requester: undefined };
  let loading: Promise<readonly FleetState[]> | undefined;
  const fleets = async (): Promise<readonly FleetState[]> => {
    const store = new FleetStore(world);
    return Promise.all((await store.fleets()).map((fleet) => store.load(fleet)));
  };
  // Asked by many at once and answered once; whoever asks later gets what is so by then.
  const loaded = (): Promise<readonly FleetState[]> => {
    loading ??= fleets().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  return async ({ from, to, url, connectTo, timeoutMs = PROBE_TIMEOUT_MS }) => {
    if (from === undefined) throw new Fault('Rejected', 'a request through a probe agent must say from which VPC');
    const startedAtMs = world.nowMs();
    const { region, vpcId } = from;
    const failed = (says: string): PrivateAnswer => ({
      answered: false,
      at: NOT_ASKED,
      says,
      symptom: 'error',
      latencyMs: world.nowMs() - startedAtMs,
    });
    try {
      const state = (await loaded()).find((one) => hasVpc(one, region, vpcId));
      if (state === undefined) return failed(`no fleet has a member with ${vpcId} in ${region}`);
      const request = {
        url,
        timeoutMs,
        ...(to !== undefined && { to }),
        ...(connectTo !== undefined && { connectTo }),
      };
      const member = { fleet: state.declared.fleet.name, region, account: standsIn(state, region).account };
      const [probe] = await askProbe(member, { requests: [request], cidrs: cidrsOf(state) }, world.call);
      return probe === undefined ? failed('it was not asked') : answerOf(probe);
    } catch (error) {
      if (!isFault(error)) throw error;
      return failed(error.message);
    }
  };
}

const hasVpc = (state: FleetState, region: Region, vpcId: string): boolean =>
  state.members.some((member) => member.region === region) && vpcIdOf(state, region) === vpcId;

function answerOf({ status, servedBy, latencyMs, says, symptom }: AgentProbe): PrivateAnswer {
  if (status !== undefined) return { answered: true, status, latencyMs, ...(servedBy !== undefined && { servedBy }) };
  return { answered: false, at: symptom ?? 'error', says, symptom: symptom ?? 'error', latencyMs };
}
