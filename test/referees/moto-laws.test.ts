import { afterAll, beforeAll } from 'vitest';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { type Ask, inventoryBy } from '../../local/inventory.ts';
import { emulators } from '../../local/other-endpoints.ts';
import { operatorCaller } from '../../operator/operator-caller.ts';
import { describeKindLaws, ONLY_BETWEEN_ACCOUNTS } from '../support/kind-laws.ts';
import { FIRST, type Ground, SECOND } from '../support/lone-loop.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { describeWith } from '../support/referee.ts';
import { lawDivergences } from './moto-divergences.ts';

const ACCOUNT = '123456789012';
const { gaps = {}, idle = {} } = emulators.find(({ name }) => name === 'moto') ?? {};

/** What moto answers with a page instead. */
const UNKNOWN_THERE = new Set(['GetDomainNameAccessAssociations', 'ListFunctionUrlConfigs']);

describeWith(['moto_server'], 'laws of kinds, at moto', () => {
  let moto: Moto;
  let call: Caller;
  let stranger: Caller;
  beforeAll(async () => {
    moto = await startMoto();
    const as = (name: string): Caller =>
      operatorCaller({ AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: name, AWS_SECRET_ACCESS_KEY: name });
    call = as('landbridge');
    stranger = as('stranger');
  });
  afterAll(async () => {
    await moto.stop();
  });

  /** The one server, with nothing in it. */
  async function ground(): Promise<Ground> {
    await moto.reset();
    const ask: Ask = async (service, region, operation, input = {}) => {
      if (UNKNOWN_THERE.has(operation)) return {};
      const method = `${operation[0]?.toLowerCase()}${operation.slice(1)}`;
      return (await call({ access: 'read', service, region, method, input } satisfies AwsCall)) as object;
    };
    let nowMs = 0;
    return {
      account: ACCOUNT,
      call,
      stranger,
      leftOut: { ...gaps, ...idle },
      nowMs: () => nowMs,
      // Nothing takes time there.
      pass: (ms) => Promise.resolve(void (nowMs += ms)),
      inventory: () => inventoryBy(ask, () => [FIRST, SECOND]),
    };
  }

  describeKindLaws({ ground, gaps, idle: { ...idle, ...ONLY_BETWEEN_ACCOUNTS }, divergences: lawDivergences });
});
