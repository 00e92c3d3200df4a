import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherEndpoint } from '../../local/other-endpoints.ts';
import { freePort, type Moto, startMoto } from '../support/moto.ts';
import { describeWith } from '../support/referee.ts';

const run = promisify(execFile);
const path = (fromHere: string): string => fileURLToPath(new URL(fromHere, import.meta.url));

const DOMAIN = 'api.payments.example.com';
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];

/** What `boto3_fleet.py` tells. */
interface Seen {
  readonly regions: Readonly<
    Record<
      string,
      {
        readonly vpcs: Readonly<Record<string, string>>;
        readonly peerings: readonly string[];
        readonly routes: Readonly<Record<string, string>>;
        readonly endpoints: readonly string[];
      }
    >
  >;
  readonly apis: Readonly<Record<string, unknown>>;
  readonly views: Readonly<Record<string, readonly string[]>>;
  readonly journal: { readonly finding: readonly string[]; readonly outcome: readonly string[] };
}

describeWith(['moto_server', 'boto3'], 'workflows here, resources at moto', () => {
  let moto: Moto;
  let says: string;
  let seen: Seen;

  beforeAll(async () => {
    moto = await startMoto();
    // `execFile` rejects where the exit code is not 0.
    ({ stdout: says } = await run(
      process.execPath,
      [path('../../cli/landbridge.js'), 'start', '--once', '--resources', moto.url, '--port', String(await freePort())],
      { env: { PATH: process.env['PATH'], NO_COLOR: '1' } },
    ));
    const told = await run('python3', [path('boto3_fleet.py'), moto.url, 'payments', DOMAIN, ...REGIONS]);
    seen = JSON.parse(told.stdout) as Seen;
  });
  afterAll(async () => {
    await moto.stop();
  });

  test('three Regions joined', () => {
    for (const region of REGIONS) expect(says).toMatch(new RegExp(`^ *${region} .*2 peering.*vpc$`, 'm'));
    expect(says).toMatch(/All joined, as far as moto at .* goes/);
  });

  test('what moto cannot do is told, and nobody takes it for done', async () => {
    const { leftOut, caveats } = await otherEndpoint(moto.url);
    expect(Object.keys(leftOut)).toContain('access-association');
    for (const [kind, why] of Object.entries(leftOut)) {
      expect(says).toMatch(new RegExp(`^ *${kind} +${why}$`, 'm'));
      const ofIreland = new RegExp(`^${kind}/eu-west-1(/[a-z]+)? is left out: ${why}$`);
      expect(seen.journal.finding, 'target by target').toContainEqual(expect.stringMatching(ofIreland));
    }
    for (const caveat of caveats) expect(says).toContain(caveat);
    expect(seen.journal.finding).toEqual(expect.arrayContaining([...caveats]));
    expect(seen.journal.outcome).toHaveLength(REGIONS.length);
    for (const outcome of seen.journal.outcome) expect(outcome).toMatch(/that cannot be had here; not proven/);
  });

  test('boto3 sees peerings active from both sides, and routes through them', () => {
    const [home, ireland, sydney] = REGIONS.map((region) => seen.regions[region]?.peerings ?? []);
    const all = new Set([...(home ?? []), ...(ireland ?? []), ...(sydney ?? [])]);
    expect(all.size, 'three links').toBe(3);
    for (const peering of all)
      expect(
        [home, ireland, sydney].filter((side) => side?.includes(peering)),
        'two sides each',
      ).toHaveLength(2);

    const cidrs = REGIONS.map((region) => Object.values(seen.regions[region]?.vpcs ?? {}));
    expect(cidrs).toEqual([['10.64.0.0/16'], ['10.65.0.0/16'], ['10.66.0.0/16']]);
    for (const [index, region] of REGIONS.entries()) {
      const { routes, peerings, endpoints } = seen.regions[region] ?? { routes: {}, peerings: [], endpoints: [] };
      expect(Object.keys(routes).toSorted()).toEqual(cidrs.filter((_, other) => other !== index).flat());
      expect(Object.values(routes).toSorted()).toEqual(peerings);
      expect(endpoints).toHaveLength(1);
    }
  });

  test('boto3 sees a stage of the API in every Region', () => {
    const paths = ['/', '/health', '/payments', '/payments/{id}'];
    for (const region of REGIONS)
      expect(seen.apis[region]).toEqual({ [`landbridge-payments-${region}`]: { stages: ['live'], paths } });
  });

  test('boto3 sees one zone per VPC, with a record for each Region that serves', () => {
    const vpcs = REGIONS.flatMap((region) => Object.keys(seen.regions[region]?.vpcs ?? {}));
    expect(Object.keys(seen.views).toSorted()).toEqual(vpcs.toSorted());
    for (const records of Object.values(seen.views)) expect(records).toEqual(REGIONS.toSorted());
  });
});
