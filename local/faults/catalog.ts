import { write } from '../../control-plane/model/aws-call.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { linkName } from '../../control-plane/model/target.ts';
import { conditionsOf } from '../../simulator/data-plane/weather.ts';
import { awsTimings } from '../../simulator/timings.ts';
import { controlPlaneDown, dark, eaten, lying, misbehaving, passing, replaced, skewed, together } from './passing.ts';
import { neverRepaired, nobodyMoved, nobodyTouched, noCallsWhileDark, noPingPong, thirdCauseLast } from './promises.ts';
import { broken, byHand, CAST, CLIENTS, type Fault, MINUTE_MS, SERVING } from './trial.ts';
import {
  agentArn,
  denyEverybody,
  deploySomethingElse,
  eat,
  eatNothing,
  experimentStands,
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

const FLAP_MS = 20_000;

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
    ...eaten([client, victim]),
  },
  {
    row: '2b',
    name: 'peering active, packets eaten both ways',
    expected: 'steered',
    causes: [`link/${LINK}`],
    affected: [client],
    ...eaten([client, victim], [victim, client]),
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
    promises: neverRepaired,
    ...misbehaving([victim], () => throwing),
  },
  {
    row: '6b',
    name: 'function hangs',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    promises: neverRepaired,
    ...misbehaving(
      [victim],
      ({ clock }) =>
        () =>
          clock.sleep(MINUTE_MS),
    ),
  },
  {
    row: '6c',
    name: 'function slow',
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    promises: neverRepaired,
    // A good answer that comes later than the fleet's own limit is of no use to them.
    patienceMs: 1_500,
    ...misbehaving([victim], ({ clock }) => async () => {
      await clock.sleep(1_900);
      return { statusCode: 200, body: '{"status":"ok"}' };
    }),
  },
  {
    row: '7',
    name: 'Region dark',
    expected: 'failed over',
    causes: [`region/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    beyondHelp: [victim],
    ...dark(victim),
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
    promises: noCallsWhileDark,
    ...dark(home),
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
    promises: nobodyTouched,
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
    promises: nobodyTouched,
    ...lying(client),
  },
  {
    row: '10c',
    name: 'a serving member sees everything down, itself too',
    expected: 'nobody moved',
    causes: [`observer/${victim}`],
    affected: [],
    promises: nobodyTouched,
    ...lying(victim),
  },
  {
    row: '11',
    name: 'link flaps, 20 s up and 20 s down, for an hour',
    expected: 'steered',
    causes: [`link/${LINK}`],
    affected: [client],
    promises: noPingPong,
    ...passing(
      ({ world }) => {
        const began = world.clock.nowMs();
        const isDown = (): boolean => Math.floor((world.clock.nowMs() - began) / FLAP_MS) % 2 === 0;
        conditionsOf(world).weather = {
          ...conditionsOf(world).weather,
          eats: ({ fromRegion, toRegion }) => linkName(fromRegion, toRegion) === LINK && isDown(),
        };
      },
      eatNothing,
      60 * MINUTE_MS,
    ),
  },
  {
    row: '12',
    name: 'every serving member sick',
    expected: 'nobody moved',
    causes: [`fleet/payments`],
    affected: EVERYBODY,
    promises: nobodyMoved,
    ...misbehaving(SERVING, () => throwing),
  },
  {
    row: '13a',
    name: "Route 53's control plane down, and a replica sick",
    expected: 'failed over',
    causes: [`replica/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    ...together(
      controlPlaneDown('route-53'),
      misbehaving([victim], () => throwing),
    ),
  },
  {
    row: '13b',
    name: "Route 53's control plane down, and a link eats packets: tier 3 waits",
    expected: 'steered',
    causes: [`link/${LINK}`],
    affected: [client],
    ...passing(
      async (trial) => {
        eat(trial, [client, victim], [victim, client]);
        const down = controlPlaneDown('route-53');
        await down.inflict(trial);
        trial.world.clock.after(down.lastsMs, () => void down.relent(trial));
      },
      eatNothing,
      16 * MINUTE_MS,
    ),
  },
  {
    row: '14',
    name: 'every event lost for an hour: peering deleted, record gone, stage gone',
    expected: 'failed over',
    causes: [`link/${LINK}`, `replica/${victim}`],
    mayOpen: [`view/${client}`],
    affected: CALLERS_OF_THE_VICTIM,
    ...passing(
      async (trial) => {
        trial.world.weather.event = ({ event }) => (event['detail-type'] === 'Scheduled Event' ? 'delivered' : 'lost');
        await broken('peering deleted by its accepter')(trial);
        await broken('record deleted')(trial);
        await broken('stage deleted')(trial);
      },
      ({ world }) => {
        world.weather.event = () => 'delivered';
      },
      60 * MINUTE_MS,
    ),
  },
  {
    row: '15',
    name: 'a fault-injection experiment swaps a route table',
    expected: 'steered',
    causes: [`network/${victim}`],
    affected: CALLERS_OF_THE_VICTIM,
    ...passing((trial) => swapRouteTable(trial, [{ Key: 'managedByFIS', Value: 'true' }]), putRouteTableBack),
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
    ...together(
      dark(third),
      eaten([client, victim], [victim, client]),
      passing(
        (trial) => void trial.world.clock.after(5 * MINUTE_MS, () => void broken('endpoint deleted')(trial)),
        () => undefined,
        16 * MINUTE_MS,
      ),
    ),
  },
  {
    row: '18a',
    name: 'the clock of one observer is two minutes slow',
    expected: 'nobody moved',
    causes: [],
    mayOpen: [`observer/${victim}`],
    affected: [],
    promises: nobodyTouched,
    ...skewed(victim, -2 * MINUTE_MS),
  },
  {
    row: '18b',
    name: 'the clock of one observer is two minutes fast, and it sees everything down',
    expected: 'nobody moved',
    causes: [],
    mayOpen: [`observer/${victim}`],
    affected: [],
    promises: nobodyTouched,
    ...together(skewed(victim, 2 * MINUTE_MS), lying(victim)),
  },
  {
    row: '18c',
    name: 'probe rows stale: one prober has stopped',
    expected: 'nobody moved',
    causes: [],
    mayOpen: [`observer/${third}`],
    affected: [],
    promises: nobodyTouched,
    ...replaced(third, 'watch', async () => undefined),
  },
];
