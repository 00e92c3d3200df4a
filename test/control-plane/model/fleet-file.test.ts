import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type FilesOfFleet, parseFleetFile, pathsIn } from '../../../control-plane/model/fleet-file.ts';
import { allRegions } from '../../../control-plane/model/region.ts';

const example = (name: string): unknown =>
  parse(readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8'));
const files = {
  openapi: example('payments.openapi.yaml'),
  functions: { payments: { codeSha256: 'aGFzaA==' } },
  agents: { codeSha256: 'agents-code-sha256' },
  account: '111122223333',
};

/** The smallest fleet file there is. */
const least = {
  version: 1,
  fleet: 'payments',
  home: 'us-east-1',
  domain: 'api.payments.example.com',
  network: { supernet: '10.64.0.0/12' },
  api: { openapi: './payments.openapi.yaml' },
  functions: { payments: { code: './functions/payments', handler: 'index.handler' } },
};

/** Every problem as 'path: what it says'. */
function problemsOf(document: unknown, read: Partial<FilesOfFleet> = {}): string[] {
  const parsed = parseFleetFile(document, { ...files, ...read });
  if ('fleet' in parsed) return [];
  for (const { remedy } of parsed.problems) expect(remedy).not.toBe('');
  return parsed.problems.map(({ path, says }) => `${path}: ${says}`);
}

describe('the fleet file', () => {
  test('of the example is sound, and names the files to be read with it', () => {
    expect(problemsOf(example('payments.fleet.yaml'))).toEqual([]);
    expect(pathsIn(example('payments.fleet.yaml'))).toEqual({
      openapi: './payments.openapi.yaml',
      functions: { payments: './functions/payments' },
    });
  });

  test('says which members live in other accounts, and of the others nothing', () => {
    const members = {
      'us-east-1': { role: 'serving', account: '222233334444' },
      'eu-west-1': { role: 'client', account: '222233334444' },
      'sa-east-1': { role: 'client', account: '111122223333' },
    };
    const found = parseFleetFile({ ...least, members }, files);
    expect('fleet' in found && found.fleet.members).toEqual({ ...members, 'sa-east-1': { role: 'client' } });
  });

  test('is refused the sixteenth account, where it is named', () => {
    const regions = [...allRegions].slice(0, 16);
    const members = Object.fromEntries(
      regions.map((region, at) => [region, { role: 'client', account: String(222_233_334_400 + at) }]),
    );
    expect(problemsOf({ ...least, network: { supernet: '10.0.0.0/8' }, members })).toEqual([
      expect.stringMatching(
        `^members.${regions[15]}.account: asks for 16 accounts besides the control plane's, .* has room for 15 `,
      ),
    ]);
  });

  test('has a default for whatever may be left out', () => {
    expect(parseFleetFile(least, files)).toEqual({
      fleet: {
        version: 1,
        name: 'payments',
        account: '111122223333',
        home: 'us-east-1',
        domain: 'api.payments.example.com',
        network: { supernet: '10.64.0.0/12', prefixLength: 16, zones: 2, topology: { kind: 'mesh' } },
        api: { openapi: files.openapi, stage: 'live' },
        functions: {
          payments: {
            codeSha256: 'aGFzaA==',
            handler: 'index.handler',
            runtime: 'nodejs24.x',
            memoryMb: 256,
            timeoutSeconds: 10,
            environment: {},
          },
        },
        agents: { codeSha256: 'agents-code-sha256' },
        health: { slowMs: 1_800, failAfterRounds: 3, recoverAfterRounds: 6, coolDownSeconds: 300 },
        policies: { repairsPerHour: 6, maxShareInRepair: 0.5, approvals: [], minConfidence: 0.6 },
        roles: {
          function: 'arn:aws:iam::111122223333:role/landbridge-payments-function',
          invoke: 'arn:aws:iam::111122223333:role/landbridge-payments-invoke',
        },
        members: {},
      },
    });
  });

  const vpc = {
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    routeTableIds: ['rtb-0a1b2c3d4e5f60718'],
    subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1b2c3d4e5f6071829'],
  };
  const serving = { role: 'serving' };
  const arn = 'arn:aws:acm:us-east-1:111122223333:certificate/1';

  // biome-ignore format: a table is read down its columns
  test.for([
    { but: { version: 2 },                                   says: ['version: expected 1'] },
    { but: { version: undefined },                           says: ['version: is missing'] },
    { but: { fleet: 'Payments' },                            says: [/^fleet: "Payments" is not a name/] },
    { but: { fleet: 'a'.repeat(25) },                        says: [/^fleet: .* is not a name/] },
    { but: { colour: 'blue' },                               says: [/^colour: does not belong here; known are version, fleet/] },
    { but: { home: 'us-est-1' },                             says: ['home: "us-est-1" is not an AWS Region'] },
    { but: { standby: 'mars-1' },                            says: ['standby: "mars-1" is not an AWS Region'] },
    { but: { standby: 'us-east-1' },                         says: ['standby: is the home Region, us-east-1, itself'] },
    { but: { domain: 'localhost' },                          says: [/^domain: "localhost" is not a DNS name/] },
    { but: { domain: '*.example.com' },                      says: [/^domain: /] },
    { but: { network: { supernet: '10.64.0.0' } },           says: [/^network.supernet: "10.64.0.0" is not an address, a slash/] },
    { but: { network: { supernet: '8.0.0.0/8' } },           says: ['network.supernet: 8.0.0.0/8 is not private address space'] },
    { but: { network: { supernet: '10.64.0.0/17' } },        says: [/^network.supernet: .* holds 0 blocks of \/16/] },
    { but: { network: { supernet: '10.64.0.0/12', prefixLength: 28 } }, says: [/^network.prefixLength: a \/28 has no room/] },
    { but: { network: { supernet: '10.64.0.0/12', prefixLength: 8 } },  says: [/^network.prefixLength: /] },
    { but: { network: { supernet: '10.64.0.0/12', zones: 1 } },         says: [/^network.zones: /] },
    { but: { network: { supernet: '10.64.0.0/12', topology: 'ring' } }, says: ['network.topology: is neither mesh nor a hub'] },
    { but: { network: { supernet: '10.64.0.0/12', topology: { hub: 'eu-west-1' } } }, says: ['network.topology.hub: "eu-west-1" is not one of the members'] },
    { but: { network: { supernet: '10.64.0.0/15' }, members: { 'us-east-1': serving, 'eu-west-1': serving, 'eu-west-2': serving } }, says: [/holds 2 blocks of \/16, and the members need 3/] },
    { but: { network: { supernet: '10.64.0.0/15' }, members: { 'us-east-1': serving, 'eu-west-1': serving, 'eu-west-2': { ...serving, cidr: '10.65.128.0/17' } } }, says: ['network.supernet: 10.64.0.0/15 holds 1 blocks of /16 beside those that members name, and the others need 2'] },
    { but: { api: { openapi: '' } },                         says: [/^api.openapi: /] },
    { but: { api: { openapi: 'x', stage: 'li ve' } },        says: ['api.stage: "li ve" is not a stage name'] },
    { but: { functions: {} },                                says: [/^functions: declares none/, /x-landbridge-function/, /x-landbridge-function/, /x-landbridge-function/] },
    { but: { functions: { Pay: { code: 'x', handler: 'y' } } }, says: [/^functions.Pay: "Pay" is not a name/] },
    { but: { functions: { payments: { code: 'x' } } },       says: ['functions.payments.handler: is missing'] },
    { but: { functions: { ...least.functions, other: { code: './x', handler: 'y.z' } } }, says: ['functions.other.code: "./x" was not read'] },
    { but: { functions: { payments: { code: 'x', handler: 'y', timeoutSeconds: 30 } } },  says: [/^functions.payments.timeoutSeconds: /] },
    { but: { functions: { payments: { code: 'x', handler: 'y', environment: { A1: 1 } } } }, says: [/^functions.payments.environment.A1: expected string/] },
    { but: { functions: { payments: { code: 'x', handler: 'y.z', environment: { AWS_REGION: 'eu-west-1', AWS_PROFILE: 'x' } } } }, says: ['functions.payments.environment.AWS_REGION: is set by Lambda itself, which takes no other value'] },
    { but: { functions: { payments: { code: 'x', handler: 'y.z', environment: { LONG: 'x'.repeat(4_060) } } } }, says: [/^functions.payments.environment: takes 41\d\d bytes, and Lambda 4096 at most/] },
    { but: { health: { failAfterRounds: 6, recoverAfterRounds: 6 } }, says: [/^health.recoverAfterRounds: 6 rounds make well what 6 make sick/] },
    { but: { health: { failAfterRounds: 8 } },               says: [/^health.recoverAfterRounds: 6 rounds make well what 8 make sick/] },
    { but: { members: { 'eu-west-9': serving } },            says: ['members.eu-west-9: "eu-west-9" is not an AWS Region'] },
    { but: { members: { 'eu-west-1': {} } },                 says: ['members.eu-west-1.role: is missing'] },
    { but: { members: { 'eu-west-1': { role: 'boss' } } },   says: [/^members.eu-west-1.role: expected one of/] },
    { but: { members: { 'eu-west-1': { ...serving, cidr: '10.1.2.3/16' } } },  says: [/^members.eu-west-1.cidr: .* bits set beyond its prefix/] },
    { but: { members: { 'eu-west-1': { ...serving, cidr: '10.0.0.0/15' } } },  says: [/^members.eu-west-1.cidr: .* not the size of a VPC/] },
    { but: { members: { 'eu-west-1': { ...serving, cidr: '10.0.0.0/28' } } },  says: [/^members.eu-west-1.cidr: .* no room for subnets in 2 zones/] },
    { but: { members: { 'eu-west-1': { ...serving, cidr: '11.0.0.0/16' } } },  says: [/^members.eu-west-1.cidr: .* not private/] },
    { but: { members: { 'us-east-1': { ...serving, cidr: '10.1.0.0/16' }, 'eu-west-1': { ...serving, cidr: '10.1.128.0/17' } } }, says: ['members.eu-west-1.cidr: 10.1.128.0/17 overlaps 10.1.0.0/16 of us-east-1'] },
    { but: { members: { 'eu-west-1': { ...serving, cidr: '10.1.0.0/16', vpc } } },              says: [/^members.eu-west-1.cidr: stands beside a borrowed VPC/] },
    { but: { members: { 'eu-west-1': { ...serving, vpc: { ...vpc, vpcId: 'vpc-x' } } } },       says: [/^members.eu-west-1.vpc.vpcId: "vpc-x" is not an id/] },
    { but: { members: { 'eu-west-1': { ...serving, vpc: { ...vpc, routeTableIds: [] } } } },    says: [/^members.eu-west-1.vpc.routeTableIds: /] },
    { but: { members: { 'eu-west-1': { ...serving, vpc: { ...vpc, subnetIds: [vpc.subnetIds[0]] } } } }, says: [/^members.eu-west-1.vpc.subnetIds: /] },
    { but: { members: { 'eu-west-1': { ...serving, account: '2222' } } },      says: [/^members.eu-west-1.account: "2222" is not an account: twelve digits/] },
    { but: { members: { 'eu-west-1': { ...serving, account: 222233334444 } } }, says: [/^members.eu-west-1.account: expected string/] },
    { but: { members: { 'us-east-1': { ...serving, account: '222233334444', certificateArn: arn } } }, says: ['members.us-east-1.certificateArn: names a certificate of 111122223333, and the member lives in 222233334444'] },
    { but: { members: { 'eu-west-1': { ...serving, certificateArn: arn } } },  says: ['members.eu-west-1.certificateArn: names a certificate in us-east-1'] },
  ])('$says', ({ but, says }) => {
    const problems = problemsOf({ ...least, ...but });
    expect(problems).toHaveLength(says.length);
    for (const [index, expected] of says.entries()) expect(problems[index]).toMatch(expected);
  });

  test('may name every block of its supernet, or blocks outside of it', () => {
    const members = {
      'us-east-1': { ...serving, cidr: '10.64.0.0/16' },
      'eu-west-1': { ...serving, cidr: '10.65.0.0/16' },
    };
    expect(problemsOf({ ...least, network: { supernet: '10.64.0.0/15' }, members })).toEqual([]);
    const outside = { 'us-east-1': serving, 'eu-west-1': serving, 'eu-west-2': { ...serving, cidr: '10.80.0.0/16' } };
    expect(problemsOf({ ...least, network: { supernet: '10.64.0.0/15' }, members: outside })).toEqual([]);
  });

  describe('names a handler that is in its code', () => {
    const packed = (...inside: readonly string[]) => ({
      functions: { payments: { codeSha256: 'aGFzaA==', files: inside } },
    });
    const naming = (handler: string, runtime = 'nodejs24.x') => ({
      ...least,
      functions: { payments: { code: './code', handler, runtime } },
    });

    // biome-ignore format: a table is read down its columns
    test.for([
      { handler: 'index.handler',            inside: ['index.mjs'],           why: 'a module' },
      { handler: 'index.handler',            inside: ['index.js'],            why: 'a script' },
      { handler: 'index.handler',            inside: ['index.cjs'],           why: 'one of CommonJS' },
      { handler: 'src/index.app.handler',    inside: ['src/index.mjs'],       why: 'in a folder, and deeper in what it exports' },
      { handler: './index.handler',          inside: ['index.mjs'],           why: 'from here' },
      { handler: '/opt/nodejs/wrap.handler', inside: ['index.mjs'],           why: 'in a layer, which nobody looks into' },
      { handler: 'lambda_function.main',     inside: ['lambda_function.py'],  why: 'of Python, which is Lambda’s to judge', runtime: 'python3.14' },
    ])('$handler: $why', ({ handler, inside, runtime }) => {
      expect(problemsOf(naming(handler, runtime), packed(...inside))).toEqual([]);
    });

    // biome-ignore format: a table is read down its columns
    test.for([
      { handler: 'nope.handler',      says: '"nope.handler" is in nope.js, nope.mjs or nope.cjs of ./code, and there is none: it holds index.mjs, lib/a.js' },
      { handler: 'src/index.handler', says: '"src/index.handler" is in src/index.js, src/index.mjs or src/index.cjs of ./code, and there is none: it holds index.mjs, lib/a.js' },
      { handler: 'index',             says: '"index" does not name what its file exports' },
      { handler: '../index.handler',  says: '"../index.handler" does not name what its file exports' },
    ])('and not $handler', ({ handler, says }) => {
      expect(problemsOf(naming(handler), packed('index.mjs', 'lib/a.js'))).toEqual([`functions.payments.handler: ${says}`]);
    });

    test('of a long list of files the first are told', () => {
      const inside = Array.from({ length: 30 }, (_, at) => `${at}.js`);
      expect(problemsOf(naming('nope.handler'), packed(...inside)).join()).toMatch(
        /it holds 0\.js, 1\.js, .* and 22 more$/,
      );
    });
  });

  test('names a runtime that Lambda has', () => {
    const running = (runtime: string) =>
      problemsOf({ ...least, functions: { payments: { code: 'x', handler: 'index.handler', runtime } } });
    for (const runtime of [
      'nodejs22.x',
      'nodejs26.x',
      'python3.14',
      'java25',
      'dotnet10',
      'ruby3.4',
      'provided.al2023',
    ])
      expect(running(runtime)).toEqual([]);
    for (const runtime of ['cobol42', 'nodejs', 'nodejs24', 'node24.x', 'python3', 'nodejs24.x '])
      expect(running(runtime)).toEqual([`functions.payments.runtime: "${runtime}" is not a runtime of Lambda`]);
  });

  test('has all of its problems told that do not hang on others', () => {
    const broken = {
      ...least,
      home: 'us-east-9',
      domain: 'api',
      functions: { payments: { code: './nowhere', handler: 'index.handler' } },
      members: { 'eu-wset-1': { role: 'boss' } },
    };
    expect(problemsOf(broken, { functions: {}, openapi: undefined }).map((each) => each.split(': ', 1)[0])).toEqual([
      'members.eu-wset-1.role',
      'home',
      'members.eu-wset-1',
      'domain',
      'functions.payments.code',
      'api.openapi',
    ]);
  });

  test('has what was found of its files told once, in the words of whoever read them', () => {
    const unread = [{ path: 'api.openapi', says: 'does not parse', remedy: 'correct it' }];
    expect(problemsOf(least, { openapi: undefined, unread })).toEqual(['api.openapi: does not parse']);
    expect(problemsOf({ ...least, version: 2 }, { openapi: undefined, unread })).toEqual([
      'version: expected 1',
      'api.openapi: does not parse',
    ]);
  });

  test('that is no object is told as such', () => {
    for (const document of [undefined, null, 'hello', 7, []])
      expect(problemsOf(document)[0]).toMatch(/^\(the file\): /);
  });

  test('never breaks the parser, whatever it holds', () => {
    fc.assert(
      fc.property(fc.anything(), (wild) => {
        const parsed = parseFleetFile(wild, files);
        expect('problems' in parsed && parsed.problems.length).toBeGreaterThan(0);
        expect(pathsIn(wild).functions).toBeTypeOf('object');
      }),
    );
    const fields = Object.keys(least);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.anything(), (field, wild) => {
        parseFleetFile({ ...least, [field]: wild }, files);
      }),
    );
  });
});

describe('its OpenAPI document', () => {
  const answers = (name?: string) => ({ responses: {}, ...(name !== undefined && { 'x-landbridge-function': name }) });
  const api = (paths: object, openapi: unknown = '3.0.3') => ({ openapi, info: {}, paths });

  // biome-ignore format: a table is read down its columns
  test.for([
    { openapi: undefined,                                says: /^api.openapi: names a file that is not an OpenAPI document/, why: 'not read, or not parsed' },
    { openapi: 'openapi: [',                             says: /^api.openapi: names a file that is not/,    why: 'text' },
    { openapi: { swagger: '2.0' },                       says: /^api.openapi.openapi: is missing/,          why: 'version 2' },
    { openapi: api({}, '3.1.0'),                         says: /"3.1.0", which API Gateway does not import/, why: 'version 3.1' },
    { openapi: api({}),                                  says: /^api.openapi.paths: has no operation/,      why: 'no path' },
    { openapi: api({ '/a': { summary: 'nothing' } }),    says: /^api.openapi.paths: has no operation/,      why: 'a path without operation' },
    { openapi: api({ '/a': { get: answers() } }),        says: /^api.openapi.paths.\/a.get.x-landbridge-function: is missing/, why: 'nothing answers' },
    { openapi: api({ '/a': { get: answers('nobody') } }), says: /"nobody" is not a function of this fleet/, why: 'a stranger answers' },
  ])('is refused: $why', ({ openapi, says }) => {
    expect(problemsOf(least, { openapi })[0]).toMatch(says);
  });
});
