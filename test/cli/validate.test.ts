import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { folderWith, landbridge } from './landbridge.ts';

const example = (name: string): string => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
const EXAMPLE = new URL('../../examples/payments.fleet.yaml', import.meta.url).pathname;

const OPENAPI = example('payments.openapi.yaml');
const CODE = new URL('../../examples/functions/payments', import.meta.url).pathname;

type Json = Record<string, unknown>;

/** The example's fleet file with one thing changed, beside its OpenAPI document; its code stays where it is. */
function fleetFile(change: (fleet: Json) => void, openapi = OPENAPI): string {
  const fleet = parse(example('payments.fleet.yaml')) as Json;
  (fleet as { functions: { payments: Json } }).functions.payments['code'] = CODE;
  change(fleet);
  return join(
    folderWith({
      'fleet.yaml': stringify(fleet),
      'payments.openapi.yaml': openapi,
      'broken.yaml': 'a: [1',
      'broken.zip': 'PK',
    }),
    'fleet.yaml',
  );
}
const section = (fleet: Json, name: string): Json => fleet[name] as Json;

test('the example is good', async () => {
  const { code, stdout, stderr } = await landbridge(['validate', EXAMPLE]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('is good: fleet payments at api.payments.example.com, home us-east-1, 3 members declared');
});

test('in JSON, the fleet with every default filled in', async () => {
  const { stdout } = await landbridge(['validate', EXAMPLE, '--output', 'json', '--account', '999988887777']);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'payments',
    account: '999988887777',
    network: { zones: 2, topology: { kind: 'mesh' } },
    roles: { function: 'arn:aws:iam::999988887777:role/landbridge-payments-function' },
  });
});

describe('a file that cannot be used is refused with the path in it and a remedy', () => {
  // biome-ignore format: a table is read down its columns
  test.concurrent.for([
    { path: 'version',                         change: (fleet: Json) => { fleet['version'] = 2; },                                     why: 'a version to come' },
    { path: 'hame',                            change: (fleet: Json) => { fleet['hame'] = 'us-east-1'; },                              why: 'a field misspelt' },
    { path: 'domain',                          change: (fleet: Json) => { delete fleet['domain']; },                                   why: 'a field missing' },
    { path: 'home',                            change: (fleet: Json) => { fleet['home'] = 'us-east-9'; },                              why: 'no such Region' },
    { path: 'network.supernet',                change: (fleet: Json) => { section(fleet, 'network')['supernet'] = '10.64.0.0/40'; },   why: 'no CIDR' },
    { path: 'network.topology.hub',            change: (fleet: Json) => { section(fleet, 'network')['topology'] = { hub: 'eu-west-2' }; }, why: 'a hub outside' },
    { path: 'members.eu-west-1.cidr',          change: (fleet: Json) => { fleet['members'] = { 'us-east-1': { role: 'serving', cidr: '10.64.0.0/16' }, 'eu-west-1': { role: 'serving', cidr: '10.64.128.0/17' } }; }, why: 'two members overlap' },
    { path: 'members.eu-west-1.role',          change: (fleet: Json) => { fleet['members'] = { 'eu-west-1': { role: 'boss' } }; },     why: 'no such role' },
    { path: 'functions.payments.timeoutSeconds', change: (fleet: Json) => { (section(fleet, 'functions')['payments'] as Json)['timeoutSeconds'] = 60; }, why: 'API Gateway hangs up before' },
    { path: 'functions.payments.code',         change: (fleet: Json) => { (section(fleet, 'functions')['payments'] as Json)['code'] = './nowhere'; }, why: 'no such folder' },
    { path: 'functions.payments.code',         change: (fleet: Json) => { (section(fleet, 'functions')['payments'] as Json)['code'] = './broken.zip'; }, why: 'a zip that is none' },
    { path: 'functions.payments.handler',      change: (fleet: Json) => { (section(fleet, 'functions')['payments'] as Json)['handler'] = 'nope.handler'; }, why: 'a handler in no file' },
    { path: 'functions.payments.runtime',      change: (fleet: Json) => { (section(fleet, 'functions')['payments'] as Json)['runtime'] = 'cobol42'; }, why: 'no such runtime' },
    { path: 'api.openapi',                     change: (fleet: Json) => { section(fleet, 'api')['openapi'] = './nowhere.yaml'; },      why: 'no such document' },
    { path: 'api.openapi',                     change: (fleet: Json) => { section(fleet, 'api')['openapi'] = './broken.yaml'; },       why: 'a document that does not parse' },
  ])('$path: $why', async ({ path, change }) => {
    const file = fleetFile(change);
    const { code, stdout, stderr } = await landbridge(['validate', file, '--output', 'json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const { problems } = JSON.parse(stderr) as { problems: { path: string; says: string; remedy: string }[] };
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    for (const { says, remedy } of problems) expect([says, remedy]).not.toContain('');
  });

  test('all at once, where one does not hang on another', async () => {
    const file = fleetFile((fleet) => {
      fleet['home'] = 'us-east-9';
      fleet['members'] = { 'eu-wset-1': { role: 'boss' } };
      section(fleet, 'api')['openapi'] = './nowhere.yaml';
      (section(fleet, 'functions')['payments'] as Json)['code'] = './nowhere';
    });
    const { code, stderr } = await landbridge(['validate', file, '--output', 'json']);
    expect(code).toBe(2);
    const { problems } = JSON.parse(stderr) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual([
      'members.eu-wset-1.role',
      'home',
      'members.eu-wset-1',
      'functions.payments.code',
      'api.openapi',
    ]);
  });

  test('an operation that nothing answers is named by its own path', async () => {
    const file = fleetFile(() => undefined, OPENAPI.replace('x-landbridge-function: payments', 'x-nobody: payments'));
    const { code, stderr } = await landbridge(['validate', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error api\.openapi\.paths\.\S+\.x-landbridge-function is missing: .*\n\s+→ name one of the functions: payments/,
    );
  });

  test('a file that is neither YAML nor JSON is told the line', async () => {
    const file = join(folderWith({ 'fleet.json': '{\n  "version": 1,\n  "fleet" "payments"\n}' }), 'fleet.json');
    const { code, stderr } = await landbridge(['validate', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/does not parse, at line 3/);
  });
});
