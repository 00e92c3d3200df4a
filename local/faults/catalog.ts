import { write } from '../../control-plane/model/aws-call.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { linkName } from '../../control-plane/model/target.ts';
import { conditionsOf } from '../../simulator/data-plane/weather.ts';
import { attachHostCode, detachHostCode } from '../../simulator/services/lambda/host.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { neverRepaired, nobodyMoved, nobodyOut, noCallsWhileDark, noPingPong, thirdCauseLast } from './promises.ts';
import { behaveAgain, broken, byHand, CAST, CLIENTS, type Fault, MINUTE_MS, misbehave, SERVING } from './trial.ts';
import {
  agentArn,
  denyEverybody,
  deploySomethingElse,
  eat,
  eatNothing,
  experimentStands,
  lie,
  putRouteTableBack,
  spoiltZip,
  swapRouteTable,
  throwing,
} from './ways.ts';

const { home, victim, third, client, bystander } = CAST;
const LINK = linkName(client, victim);
/** Whoever's names lead to the victim while all is well. */
const CALLERS_OF_THE_VICTIM: readonly Region[] = [victim, client];
const EVERYBODY: readonly Region[] = [...SERVING, ...CLIENTS];

const DAMAGE_LASTS_MS = 8 * MINUTE_MS;

/** Every fault the fleet must survive unattended, in the order of docs/operators.md. */
export const faults: readonly Fault[] = [
  {
    row: '1',
    name: 'peering deleted',
    expected: 'repaired',
    causes: [`link/${LINK}`],
    affected: [client, victim],
    inflict: broken('peering deleted by its accepter'),
  },
  {
    row: '2a',
    name: 'peering active, packets eaten one way',
    expected: 'steered',
    causes: [`link/${LINK}`],
    affected: [client],
    lastsMs: DAMAGE_LASTS_MS,
    inflict: async (trial) => eat(trial, [client, victim]),
    relent: async (trial) => eatNothing(trial),
  },
  {
    row: '2b',
    name: 'peering active, packets eaten both ways',
    expected: 'steered',
    causes: [`link/${LINK}`],
    affected: [client],
    lastsMs: DAMAGE_LASTS_MS,
    inflict: async (trial) => eat(trial, [client, victim], [victim, client]),
    relent: async (trial) => eatNothing(trial),
  },
  {
    row: '3a',
    name: 'return route gone',
    expected: 'repaired',
    causes: [`link/${LINK}`],
    affected: [client],
    inflict: broken('route deleted', victim, client),
  },
  {
    row: '3b',
    name: 'rule revoked',
    expected: 'repaired',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    inflict: broken('rule revoked'),
  },
  {
    row: '3c',
    name: 'wrong route table associated',
    expected: 'repaired',
    causes: [`network/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    inflict: (trial) => swapRouteTable(trial, []),
  },
  {
    row: '4',
    name: 'endpoint deleted',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    inflict: broken('endpoint deleted'),
  },
  {
    row: '4b',
    name: "endpoint deleted, the new one's access association taking AWS's quarter of an hour",
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    timings: { accessAssociationMs: awsTimings.accessAssociationMs },
    inflict: broken('endpoint deleted'),
  },
  {
    row: '5a',
    name: 'stage gone',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    inflict: broken('stage deleted'),
  },
  {
    row: '5b',
    name: 'resource policy denies',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    inflict: denyEverybody,
  },
  {
    row: '5c',
    name: 'deployment of something else',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    inflict: deploySomethingElse,
  },
  {
    row: '6a',
    name: 'function throws',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    lastsMs: DAMAGE_LASTS_MS,
    promises: neverRepaired,
    inflict: async (trial) => misbehave(trial, victim, throwing),
    relent: async (trial) => behaveAgain(trial, victim),
  },
  {
    row: '6b',
    name: 'function hangs',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    lastsMs: DAMAGE_LASTS_MS,
    promises: neverRepaired,
    inflict: async (trial) => misbehave(trial, victim, () => trial.world.clock.sleep(MINUTE_MS)),
    relent: async (trial) => behaveAgain(trial, victim),
  },
  {
    row: '6c',
    name: 'function slow',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    lastsMs: DAMAGE_LASTS_MS,
    promises: neverRepaired,
    // A good answer that comes later than the fleet's own limit is of no use to them.
    patienceMs: 1_500,
    inflict: async (trial) =>
      misbehave(trial, victim, async () => {
        await trial.world.clock.sleep(1_900);
        return { statusCode: 200, body: '{"status":"ok"}' };
      }),
    relent: async (trial) => behaveAgain(trial, victim),
  },
  {
    row: '7',
    name: 'Region dark',
    expected: 'failed over',
    causes: [`region/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    beyondHelp: [victim],
    lastsMs: DAMAGE_LASTS_MS,
    inflict: async ({ world }) => world.outages.darken(victim),
    relent: async ({ world }) => world.outages.lighten(victim),
  },
  {
    row: '8',
    name: 'home Region dark',
    expected: 'failed over',
    // Nobody is there to open one while home is away; when it is back, so is its replica.
    causes: [],
    mayOpen: [`region/${home}`],
    affected: [home, bystander],
    beyondHelp: [home],
    lastsMs: DAMAGE_LASTS_MS,
    promises: noCallsWhileDark,
    inflict: async ({ world }) => world.outages.darken(home),
    relent: async ({ world }) => world.outages.lighten(home),
  },
  {
    row: '9a',
    name: 'view disassociated',
    expected: 'repaired',
    causes: [`view/${client}`],
    affected: [client],
    inflict: broken('zone disassociated'),
  },
  {
    row: '9b',
    name: 'record gone',
    expected: 'repaired',
    // Nobody feels it: their next best answers.
    causes: [],
    mayOpen: [`view/${client}`],
    // Their next best is another replica: nobody fails.
    affected: [client],
    inflict: broken('record deleted'),
  },
  {
    row: '10a',
    name: 'the prober itself is broken',
    expected: 'nobody moved',
    // Its code is put right before anybody misses it.
    causes: [],
    mayOpen: [`observer/${client}`],
    affected: [],
    promises: (course) => [...nobodyOut(course), ...nobodyMoved(course)],
    inflict: async (trial) => {
      await byHand(
        trial,
        write(client, 'lambda', 'updateFunctionCode', {
          FunctionName: agentArn(trial, client, 'probe'),
          ZipFile: spoiltZip(),
        }),
      );
    },
  },
  {
    row: '10b',
    name: 'one observer sees everything down',
    expected: 'nobody moved',
    causes: [`observer/${client}`],
    affected: [],
    lastsMs: DAMAGE_LASTS_MS,
    promises: (course) => [...nobodyOut(course), ...nobodyMoved(course)],
    inflict: async (trial) => attachHostCode(trial.world, agentArn(trial, client, 'probe'), lie),
    relent: async (trial) => detachHostCode(trial.world, agentArn(trial, client, 'probe')),
  },
  {
    row: '10c',
    name: 'a serving member sees everything down, itself too',
    expected: 'nobody moved',
    causes: [`observer/${victim}`],
    affected: [],
    lastsMs: DAMAGE_LASTS_MS,
    promises: (course) => [...nobodyOut(course), ...nobodyMoved(course)],
    inflict: async (trial) => attachHostCode(trial.world, agentArn(trial, victim, 'probe'), lie),
    relent: async (trial) => detachHostCode(trial.world, agentArn(trial, victim, 'probe')),
  },
  {
    row: '11',
    name: 'link flaps, 20 s up and 20 s down, for an hour',
    expected: 'steered',
    causes: [`link/${LINK}`],
    affected: [client],
    lastsMs: 60 * MINUTE_MS,
    promises: noPingPong,
    inflict: async (trial) => {
      const began = trial.world.clock.nowMs();
      conditionsOf(trial.world).weather = {
        ...conditionsOf(trial.world).weather,
        eats: ({ fromRegion, toRegion }) =>
          linkName(fromRegion, toRegion) === LINK && Math.floor((trial.world.clock.nowMs() - began) / 20_000) % 2 === 0,
      };
    },
    relent: async (trial) => eatNothing(trial),
  },
  {
    row: '12',
    name: 'every serving member sick',
    expected: 'nobody moved',
    causes: [`fleet/payments`],
    affected: EVERYBODY,
    lastsMs: DAMAGE_LASTS_MS,
    promises: nobodyMoved,
    inflict: async (trial) => {
      for (const region of SERVING) misbehave(trial, region, throwing);
    },
    relent: async (trial) => {
      for (const region of SERVING) behaveAgain(trial, region);
    },
  },
  {
    row: '13a',
    name: "Route 53's control plane down, and a replica sick",
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    lastsMs: DAMAGE_LASTS_MS,
    inflict: async (trial) => {
      trial.world.outages.controlPlaneDown.add('route-53');
      misbehave(trial, victim, throwing);
    },
    relent: async (trial) => {
      trial.world.outages.controlPlaneDown.delete('route-53');
      behaveAgain(trial, victim);
    },
  },
  {
    row: '13b',
    name: "Route 53's control plane down, and a link eats packets: tier 3 waits",
    expected: 'steered',
    causes: [`link/${LINK}`],
    affected: [client],
    lastsMs: 2 * DAMAGE_LASTS_MS,
    inflict: async (trial) => {
      eat(trial, [client, victim], [victim, client]);
      trial.world.outages.controlPlaneDown.add('route-53');
      trial.world.clock.after(DAMAGE_LASTS_MS, () => trial.world.outages.controlPlaneDown.delete('route-53'));
    },
    relent: async (trial) => eatNothing(trial),
  },
  {
    row: '14',
    name: 'every event lost for an hour: peering deleted, record gone, stage gone',
    expected: 'failed over',
    causes: [`link/${LINK}`, `replica/${victim}`],
    mayOpen: [`view/${client}`],
    affected: CALLERS_OF_THE_VICTIM,
    lastsMs: 60 * MINUTE_MS,
    inflict: async (trial) => {
      trial.world.weather.event = ({ event }) => (event['detail-type'] === 'Scheduled Event' ? 'delivered' : 'lost');
      await broken('peering deleted by its accepter')(trial);
      await broken('record deleted')(trial);
      await broken('stage deleted')(trial);
    },
    relent: async ({ world }) => {
      world.weather.event = () => 'delivered';
    },
  },
  {
    row: '15',
    name: 'a fault-injection experiment swaps a route table',
    expected: 'steered',
    causes: [`network/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    lastsMs: DAMAGE_LASTS_MS,
    inflict: (trial) => swapRouteTable(trial, [{ Key: 'managedByFIS', Value: 'true' }]),
    relent: putRouteTableBack,
    objections: experimentStands,
  },
  {
    row: '16',
    name: "a Region dark and another link cut at once, then that link's replica loses its endpoint",
    expected: 'failed over',
    causes: [`region/${third}`, `link/${LINK}`, `replica/${victim}`],
    affected: [third, client, victim],
    beyondHelp: [third],
    promises: thirdCauseLast,
    lastsMs: 2 * DAMAGE_LASTS_MS,
    inflict: async (trial) => {
      trial.world.outages.darken(third);
      eat(trial, [client, victim], [victim, client]);
      trial.world.clock.after(5 * MINUTE_MS, () => void broken('endpoint deleted')(trial));
    },
    relent: async (trial) => {
      trial.world.outages.lighten(third);
      eatNothing(trial);
    },
  },
  {
    row: '18a',
    name: 'the clock of one observer is two minutes slow',
    expected: 'nobody moved',
    causes: [],
    mayOpen: [`observer/${victim}`],
    affected: [],
    lastsMs: DAMAGE_LASTS_MS,
    promises: (course) => [...nobodyOut(course), ...nobodyMoved(course)],
    inflict: async ({ world }) => world.outages.setSkew(victim, -2 * MINUTE_MS),
    relent: async ({ world }) => world.outages.setSkew(victim, 0),
  },
  {
    row: '18b',
    name: 'the clock of one observer is two minutes fast, and it sees everything down',
    expected: 'nobody moved',
    causes: [],
    mayOpen: [`observer/${victim}`],
    affected: [],
    lastsMs: DAMAGE_LASTS_MS,
    promises: (course) => [...nobodyOut(course), ...nobodyMoved(course)],
    inflict: async (trial) => {
      trial.world.outages.setSkew(victim, 2 * MINUTE_MS);
      attachHostCode(trial.world, agentArn(trial, victim, 'probe'), lie);
    },
    relent: async (trial) => {
      trial.world.outages.setSkew(victim, 0);
      detachHostCode(trial.world, agentArn(trial, victim, 'probe'));
    },
  },
  {
    row: '18c',
    name: 'probe rows stale: one prober has stopped',
    expected: 'nobody moved',
    causes: [],
    mayOpen: [`observer/${third}`],
    affected: [],
    lastsMs: DAMAGE_LASTS_MS,
    promises: (course) => [...nobodyOut(course), ...nobodyMoved(course)],
    inflict: async (trial) => attachHostCode(trial.world, agentArn(trial, third, 'watch'), async () => undefined),
    relent: async (trial) => detachHostCode(trial.world, agentArn(trial, third, 'watch')),
  },
];
