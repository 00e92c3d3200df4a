import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../control-plane/model/fingerprint.ts';
import { agentLog } from '../../handlers/agents/agent-log.ts';
import { handler as onHealth } from '../../handlers/on-health.ts';
import { handler as onSignal } from '../../handlers/on-signal.ts';
import type { Handler } from '../../handlers/runtime/task.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const FORGED = 'x\r\n2026-11-21T05:00:00Z outcome repaired by nobody\u001b[2J\u009b2K\u202e';
const SHOWN = String.raw`x\r\n2026-11-21T05:00:00Z outcome repaired by nobody\u001b[2J\u009b2K\u202e`;
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const EU = 'eu-west-1';

const handle = (bed: TestBed, handler: Handler, event: object): Promise<unknown> =>
  bed.clock.runUntil(handler.runIn(bed.landbridge.operator, event));

/** Every text of the journal: nothing in it is obeyed by anybody. */
async function journalOf(bed: TestBed): Promise<string> {
  const entries = await bed.journal();
  const texts: string[] = [];
  JSON.stringify(entries, (_, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  for (const text of texts) expect(text).not.toMatch(OBEYED);
  return texts.join('\n');
}

describe('what somebody else wrote does not end a line of the journal', () => {
  test('who was refused, and why', async () => {
    const bed = await testBed();
    const detail = {
      eventName: `AssumeRole${FORGED}`,
      eventID: `id#outcome#${FORGED}`,
      errorCode: 'AccessDenied',
      errorMessage: FORGED,
      userIdentity: { arn: FORGED },
    };
    await handle(bed, onSignal, { account: ACCOUNT, region: 'us-east-1', time: '2026-11-21T05:00:00Z', detail });
    expect(await journalOf(bed)).toContain(`AssumeRole${SHOWN} in us-east-1 by ${SHOWN} was refused: ${SHOWN}`);
  });

  test('whose event is of another account', async () => {
    const bed = await testBed();
    await handle(bed, onHealth, {
      source: 'landbridge.health',
      account: '999988887777',
      region: 'us-east-1',
      id: FORGED,
      time: '2026-11-21T05:00:00Z',
      detail: { fleet: 'payments', observer: FORGED },
    });
    expect(await journalOf(bed)).toContain('PutEvents of landbridge.health');
  });

  test('who made a change that a run is started for; who evacuates, and why', async () => {
    const bed = await testBed({ timings: QUICK });
    await bed.join('us-east-1', EU);
    const vpcId = (await bed.state()).ids.get(`vpc/${EU}`) ?? '';
    await handle(bed, onSignal, {
      account: ACCOUNT,
      region: EU,
      time: '2026-11-21T05:00:00Z',
      detail: { eventName: 'ModifyVpcAttribute', userIdentity: { arn: FORGED }, requestParameters: { vpcId } },
    });
    await bed.clock.runFor(180_000);
    const { status } = await bed.run('evacuate-region', { fleet: 'payments', region: EU, by: FORGED, because: FORGED });
    expect(status).toBe('SUCCEEDED');
    const journal = await journalOf(bed);
    expect(journal).toContain(`event: ModifyVpcAttribute in ${EU} by ${SHOWN}`);
    expect(journal).toContain(SHOWN);
    const { health } = await bed.state();
    expect(health.traffic.drains).toMatchObject([{ region: EU, by: SHOWN, because: SHOWN }]);
    for (const incident of health.incidents) expect(canonicalJson(incident)).not.toMatch(OBEYED);
  });
});

test('a line of an agent’s log is one line, whatever it tells', async () => {
  const bed = await testBed();
  const lines: string[] = [];
  const log = agentLog({ ...bed.landbridge.operator, print: (line) => lines.push(line) }, 'watch');
  log.warn(FORGED, { says: FORGED, [FORGED]: FORGED });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(OBEYED);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'WARN', message: FORGED, says: FORGED });
});
