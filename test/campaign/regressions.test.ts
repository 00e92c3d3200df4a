import { expect, test } from 'vitest';
import { play } from '../../campaign/play.ts';
import type { Schedule } from '../../campaign/schedule.ts';

/*
 * Worlds in which an invariant was broken once, as `npm run simulate -- --shrink SEED` printed them: what happens in them is
 * written out, so that they stay what they were when seeds come to mean other worlds.
 */

// Each of two steers took the replica of the other for somebody else to ask.
test('seed 2024: never the last healthy member', async () => {
  const schedule: Schedule = {
    seed: '2024',
    serving: ['us-east-1', 'eu-central-1', 'sa-east-1'],
    clients: [],
    weatherMs: 10_320_000,
    lastsMs: 10_320_000,
    acts: [
      { what: 'join', afterMs: 0, lastsMs: 0, from: 'us-east-1', to: 'us-east-1' },
      { what: 'join', afterMs: 341_882, lastsMs: 0, from: 'us-east-1', to: 'eu-central-1' },
      { what: 'join', afterMs: 879_071, lastsMs: 0, from: 'us-east-1', to: 'sa-east-1' },
      {
        what: 'endpoint deleted',
        afterMs: 2_759_885,
        lastsMs: 125_035,
        entering: { workflow: 'repair', state: 'Wait' },
        from: 'us-east-1',
        to: 'eu-central-1',
      },
      { what: 'a Region is cut off', afterMs: 8_883_694, lastsMs: 730_847, from: 'sa-east-1', to: 'eu-central-1' },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});

// Home was back, and had heard of nobody's health yet, when a drill took out the only member its callers could be sent to.
test('seed 11: never the last healthy member', async () => {
  const schedule: Schedule = {
    seed: '11',
    serving: ['us-east-1', 'ca-central-1', 'us-west-2'],
    clients: [],
    weatherMs: 3_745_284,
    lastsMs: 3_745_284,
    acts: [
      { what: 'join', afterMs: 0, lastsMs: 0, from: 'us-east-1', to: 'us-east-1' },
      { what: 'join', afterMs: 868_082, lastsMs: 0, from: 'us-east-1', to: 'us-west-2' },
      {
        what: 'home goes dark',
        entering: { workflow: 'drill', state: 'Begin' },
        afterMs: 3_266_362,
        lastsMs: 357_647,
        from: 'ca-central-1',
        to: 'us-west-2',
      },
      { what: 'drill', afterMs: 3_267_362, lastsMs: 357_647, from: 'us-east-1', to: 'us-west-2' },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});

// Home's functions had clocks two minutes behind, by which it was not time yet: a run that waited came back at once.
test('seed 3ea71e062688-10: all bounded', async () => {
  const schedule: Schedule = {
    seed: '3ea71e062688-10',
    serving: ['us-east-1', 'eu-west-1', 'ap-south-1'],
    clients: [],
    weatherMs: 3_000_000,
    lastsMs: 3_000_000,
    acts: [
      {
        what: 'clock two minutes off',
        entering: { workflow: 'reconcile', state: 'NotYet' },
        afterMs: 104_566,
        lastsMs: 603_005,
        from: 'eu-west-1',
        to: 'us-east-1',
      },
      { what: 'join', afterMs: 336_465, lastsMs: 0, from: 'us-east-1', to: 'eu-west-1' },
      {
        what: 'something else deployed',
        afterMs: 1_186_100,
        lastsMs: 504_880,
        from: 'ap-south-1',
        to: 'eu-west-1',
      },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});

// Callers were kept off a member on its way back while nobody else was left to answer them.
test('seed 5101: never the last healthy member', async () => {
  const schedule: Schedule = {
    seed: '5101',
    serving: ['us-east-1', 'ap-south-1', 'ca-central-1'],
    clients: ['ap-southeast-2'],
    weatherMs: 10_320_000,
    lastsMs: 10_320_000,
    acts: [
      { what: 'join', afterMs: 0, lastsMs: 0, from: 'us-east-1', to: 'us-east-1' },
      { what: 'join', afterMs: 12_679, lastsMs: 0, from: 'us-east-1', to: 'ap-south-1' },
      { what: 'join as a client', afterMs: 652_981, lastsMs: 0, from: 'us-east-1', to: 'ap-southeast-2' },
      { what: 'drill', afterMs: 9_048_960, lastsMs: 412_478, from: 'ca-central-1', to: 'ap-south-1' },
      { what: 'endpoint deleted', afterMs: 9_616_906, lastsMs: 260_665, from: 'ca-central-1', to: 'us-east-1' },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});

// The invariant was wrong: probes had seen home well again, and its health check followed ten seconds after the other had left.
test('seed 20031: never the last healthy member', async () => {
  const schedule: Schedule = {
    seed: '20031',
    serving: ['us-east-1', 'sa-east-1', 'ap-southeast-2'],
    clients: [],
    weatherMs: 6_909_892,
    lastsMs: 6_909_892,
    acts: [
      { what: 'join', afterMs: 0, lastsMs: 0, from: 'us-east-1', to: 'us-east-1' },
      { what: 'join', afterMs: 558_043, lastsMs: 0, from: 'us-east-1', to: 'sa-east-1' },
      {
        what: 'function throws',
        entering: { workflow: 'onboard-region', state: 'Prove' },
        afterMs: 3_815_161,
        lastsMs: 553_201,
        from: 'sa-east-1',
        to: 'us-east-1',
      },
      {
        what: 'the API gets another path',
        afterMs: 3_823_553,
        lastsMs: 738_864,
        from: 'sa-east-1',
        to: 'ap-southeast-2',
      },
      { what: 'join', afterMs: 5_196_244, lastsMs: 885_619, from: 'us-east-1', to: 'ap-southeast-2' },
      { what: 'leave', afterMs: 6_789_892, lastsMs: 766_282, from: 'us-east-1', to: 'sa-east-1' },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});

// Links of whoever is alone have nobody who could prove that they are well again.
test('seed 30054: one incident per cause', async () => {
  const schedule: Schedule = {
    seed: '30054',
    serving: ['us-east-1', 'ca-central-1', 'us-west-2'],
    clients: [],
    weatherMs: 9_000_000,
    lastsMs: 9_000_000,
    acts: [
      { what: 'join', afterMs: 0, lastsMs: 0, from: 'us-east-1', to: 'us-east-1' },
      {
        what: 'route table swapped by an experiment',
        afterMs: 7_641_452,
        lastsMs: 394_076,
        from: 'us-west-2',
        to: 'us-east-1',
      },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});

// A member whose prober and whose links were broken looked like a dark Region: it was asked nothing, and left alone for ever.
test('seed 2639: one incident per cause', async () => {
  const schedule: Schedule = {
    seed: '2639',
    serving: ['us-east-1', 'eu-north-1', 'ap-northeast-1'],
    clients: [],
    weatherMs: 9_000_000,
    lastsMs: 9_000_000,
    acts: [
      { what: 'join', afterMs: 0, lastsMs: 0, from: 'us-east-1', to: 'us-east-1' },
      { what: 'join', afterMs: 46_760, lastsMs: 0, from: 'us-east-1', to: 'eu-north-1' },
      { what: 'join', afterMs: 353_397, lastsMs: 0, from: 'us-east-1', to: 'ap-northeast-1' },
      { what: 'restore', afterMs: 745_652, lastsMs: 534_958, from: 'us-east-1', to: 'eu-north-1' },
      {
        what: 'events overtake each other',
        afterMs: 2_194_804,
        lastsMs: 586_301,
        from: 'ap-northeast-1',
        to: 'us-east-1',
      },
      { what: 'no more routes', afterMs: 4_382_473, lastsMs: 635_637, from: 'us-east-1', to: 'eu-north-1' },
      {
        what: 'calls are slow',
        entering: { workflow: 'reconcile', state: 'Record' },
        afterMs: 4_428_862,
        lastsMs: 322_149,
        from: 'ap-northeast-1',
        to: 'us-east-1',
      },
      { what: 'route deleted', afterMs: 4_429_862, lastsMs: 322_149, from: 'ap-northeast-1', to: 'us-east-1' },
      {
        what: 'prober broken',
        entering: { workflow: 'drill', state: 'Record' },
        afterMs: 6_593_518,
        lastsMs: 859_631,
        from: 'us-east-1',
        to: 'ap-northeast-1',
      },
      { what: 'drill', afterMs: 6_594_518, lastsMs: 859_631, from: 'us-east-1', to: 'eu-north-1' },
      { what: 'events overtake each other', afterMs: 6_773_293, lastsMs: 669_250, from: 'us-east-1', to: 'eu-north-1' },
      {
        what: 'events get lost',
        entering: { workflow: 'restore-region', state: 'Apply' },
        afterMs: 7_087_731,
        lastsMs: 564_937,
        from: 'eu-north-1',
        to: 'ap-northeast-1',
      },
      { what: 'evacuate', afterMs: 7_088_731, lastsMs: 564_937, from: 'us-east-1', to: 'ap-northeast-1' },
      { what: 'leave', afterMs: 7_234_693, lastsMs: 734_817, from: 'us-east-1', to: 'eu-north-1' },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});

// A writer whose death Step Functions had heard of went on in another Region, while its run looked and wrote again.
test('seed d0c870f564de-201: no resource outside the journal', async () => {
  const schedule: Schedule = {
    seed: 'd0c870f564de-201',
    serving: ['us-east-1', 'ap-south-1', 'eu-central-1'],
    clients: [],
    weatherMs: 980_723,
    lastsMs: 980_723,
    acts: [
      { what: 'join', afterMs: 127_359, lastsMs: 0, from: 'us-east-1', to: 'eu-central-1' },
      { what: 'calls are slow', afterMs: 680_000, lastsMs: 885_112, from: 'eu-central-1', to: 'ap-south-1' },
      { what: 'whoever writes dies', afterMs: 743_314, lastsMs: 78_016, from: 'us-east-1', to: 'ap-south-1' },
      { what: 'evacuate', afterMs: 743_314, lastsMs: 78_016, from: 'us-east-1', to: 'eu-central-1' },
      { what: 'join', afterMs: 777_497, lastsMs: 0, from: 'us-east-1', to: 'ap-south-1' },
    ],
  };
  expect((await play(schedule)).violations).toEqual([]);
});
