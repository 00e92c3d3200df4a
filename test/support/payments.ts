import type { Declared, Fleet, Member } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';

const operation = (name: string) => ({ 'x-landbridge-function': name, responses: { 200: { description: 'OK' } } });

/** The fleet of most tests: one function, one operation with a schema reference of OpenAPI's own. */
export const payments: Fleet = {
  version: 1,
  name: 'payments',
  account: '111122223333',
  home: 'us-east-1',
  domain: 'api.payments.example.com',
  network: { supernet: '10.64.0.0/12', prefixLength: 16, zones: 2, topology: { kind: 'mesh' } },
  api: {
    stage: 'live',
    openapi: {
      openapi: '3.0.3',
      info: { title: 'Payments', version: '2026-01-01' },
      paths: {
        '/payments': { summary: 'All of them', get: operation('list'), post: operation('create') },
        '/health': { get: operation('list') },
      },
      components: { schemas: { Payment: { $ref: '#/components/schemas/Money' }, Money: { type: 'string' } } },
    },
  },
  agents: { codeSha256: 'agents-code-sha256' },
  health: { slowMs: 1_800, failAfterRounds: 3, recoverAfterRounds: 6, coolDownSeconds: 300 },
  policies: { repairsPerHour: 6, maxShareInRepair: 0.5, approvals: [], minConfidence: 0.6 },
  functions: {
    list: {
      codeSha256: 'aGFzaA==',
      handler: 'index.list',
      runtime: 'nodejs24.x',
      memoryMb: 256,
      timeoutSeconds: 5,
      environment: { TABLE: 'payments' },
    },
    create: {
      codeSha256: 'b3RoZXI=',
      handler: 'index.create',
      runtime: 'nodejs24.x',
      memoryMb: 256,
      timeoutSeconds: 5,
      environment: {},
    },
  },
  roles: { function: 'arn:aws:iam::111122223333:role/function', invoke: 'arn:aws:iam::111122223333:role/invoke' },
  members: {},
};

const base = { role: 'serving', phase: 'joined', zones: ['a', 'b'] } as const;

/** A member as admitted, serving and in traffic unless said otherwise; its CIDR follows from its sequence. */
export const memberOf = (region: Region, sequence: number, but: Partial<Member> = {}): Member => ({
  ...base,
  region,
  sequence,
  inTraffic: but.role !== 'client',
  cidrs: [`10.${63 + sequence}.0.0/16`],
  ...(but.role !== 'client' && { certificateArn: `arn:aws:acm:${region}:111122223333:certificate/1` }),
  ...but,
});

export const declaredWith = (...members: readonly Member[]): Declared => ({ fleet: payments, members });
