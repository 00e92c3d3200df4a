import { ruleNameOf } from '../../control-plane/kinds/fleet-rules.ts';
import { write, writeUnlessAbsent } from '../../control-plane/model/aws-call.ts';
import { keyOf } from '../../control-plane/model/target.ts';
import { byHand } from '../../local/faults/trial.ts';
import type { Act } from '../schedule.ts';
import type { ActKind, Stage } from './act.ts';

const idOf = ({ trial }: Stage, kind: string, name: string): string => {
  const id = trial.state.ids.get(keyOf(kind, name));
  if (id === undefined) throw new Error(`${kind}/${name} has no id in the journal: is it joined?`);
  return id;
};

interface Gate {
  readonly VpcId: string;
  readonly InternetGatewayId: string;
}
interface Way {
  readonly RouteTableId: string;
  readonly DestinationCidrBlock: string;
}

/** What somebody has attached to a member's VPC, and the route that they lead there, until they take both away again. */
const led = new WeakMap<Act, { readonly gate: Gate; readonly way: Way }>();

async function takeAway({ trial }: Stage, { from }: Act, gate: Gate): Promise<void> {
  const { InternetGatewayId } = gate;
  await byHand(trial, write(from, 'ec2', 'detachInternetGateway', { ...gate }));
  await byHand(trial, write(from, 'ec2', 'deleteInternetGateway', { InternetGatewayId }));
}

/** People who have plans of their own for what the fleet uses, and mean it. */
export const strangers: Readonly<Record<string, ActKind>> = {
  "a prober's schedule is switched off": {
    family: 'fault',
    isDrawn: false,
    isDrawnOnRequest: true,
    async begin({ bed, trial }, { to }) {
      await byHand(trial, write(to, 'eventbridge', 'disableRule', { Name: ruleNameOf(bed.fleet.name, 'watch') }));
    },
  },
  'somebody leads a route elsewhere': {
    family: 'fault',
    isDrawn: true,
    async begin(stage, act) {
      const { trial } = stage;
      const { from, to } = act;
      const [DestinationCidrBlock = ''] = trial.state.members.find(({ region }) => region === to)?.cidrs ?? [];
      const way = { RouteTableId: idOf(stage, 'route-table', `${from}/main`), DestinationCidrBlock };
      const VpcId = idOf(stage, 'vpc', from);
      const { InternetGateway: made } = await byHand(trial, write(from, 'ec2', 'createInternetGateway', {}));
      const gate = { VpcId, InternetGatewayId: made?.InternetGatewayId ?? '' };
      const { InternetGatewayId: GatewayId } = gate;
      try {
        await byHand(trial, write(from, 'ec2', 'attachInternetGateway', { ...gate }));
      } catch (error) {
        await byHand(trial, write(from, 'ec2', 'deleteInternetGateway', { InternetGatewayId: GatewayId }));
        throw error;
      }
      try {
        await byHand(trial, write(from, 'ec2', 'replaceRoute', { ...way, GatewayId }));
      } catch (error) {
        await takeAway(stage, act, gate);
        throw error;
      }
      led.set(act, { gate, way });
    },
    async end(stage, act) {
      const { gate, way } = led.get(act) ?? {};
      if (gate === undefined || way === undefined) return;
      await byHand(stage.trial, writeUnlessAbsent(act.from, 'ec2', 'deleteRoute', way));
      await takeAway(stage, act, gate);
      led.delete(act);
    },
  },
};
