import { provingPath } from '../../control-plane/loop/verify.ts';
import { PROBE_TIMEOUT_MS } from '../../control-plane/model/agents.ts';
import type { Member } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { peersOf } from '../../control-plane/model/topology.ts';
import type { ProbeQuestions } from '../runtime/ask-probe.ts';
import type { FleetState } from '../runtime/fleet-state.ts';
import { cidrsOf } from '../runtime/probe-requester.ts';

/** What one member asks in each round. */
export interface Watched {
  /** Whose replicas the first questions go to, in their order; the last question goes to the fleet's name. */
  readonly replicas: readonly Region[];
  readonly questions: ProbeQuestions;
  /** Where its own health bit is asked from outside. */
  readonly bitUrl: string | undefined;
}

const answersCallers = ({ role, phase, inTraffic }: Member): boolean =>
  role === 'serving' && inTraffic && (phase === 'joined' || phase === 'joining');

/**
 * What a member has to look at: each replica that its callers may be sent to, its own among them, straight at its entrance,
 * and the fleet's own name. `undefined` while it is joining or on its way out: its own names and ways are being made or
 * taken away then, and what it saw would be no news of anybody.
 */
export function watchedFrom(state: FleetState, region: Region): Watched | undefined {
  const { declared, members, entrances, ids } = state;
  const self = members.find((member) => member.region === region);
  if (self?.phase !== 'joined') return undefined;
  const { fleet } = declared;
  const url = `https://${fleet.domain}${provingPath(fleet)}`;
  const reachable = [self, ...peersOf(declared, region)].filter(answersCallers).flatMap(({ region: to }) => {
    const connectTo = entrances.get(to)?.dnsName;
    return connectTo === undefined ? [] : [{ to, connectTo }];
  });
  const host = self.role === 'serving' ? ids.get(keyOf('bit-url', region)) : undefined;
  return {
    replicas: reachable.map(({ to }) => to),
    questions: {
      requests: [
        ...reachable.map((asked) => ({ ...asked, url, timeoutMs: PROBE_TIMEOUT_MS })),
        { url, timeoutMs: PROBE_TIMEOUT_MS },
      ],
      cidrs: cidrsOf(state),
    },
    bitUrl: host === undefined ? undefined : `https://${host}/`,
  };
}
