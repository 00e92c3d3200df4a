import { describe, expect, test } from 'vitest';
import { notLetIn } from '../../cli/not-let-in.ts';
import type { Finding } from '../../control-plane/loop/plan.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import { MemberSessions } from '../../handlers/runtime/member-sessions.ts';

const [SECOND, THIRD] = ['222233334444', '333344445555'];

/** What somebody is told whom an account does not let in. */
async function closed(id: string): Promise<string> {
  const call = () => Promise.reject(new Fault('Forbidden', 'AccessDenied'));
  const sessions = new MemberSessions({ name: 'landbridge', call, region: 'us-east-1' });
  const refused: unknown = await sessions.in({ id, fleet: 'payments' }).catch((error: unknown) => error);
  return (refused as Error).message;
}
const unseen = (target: TargetKey, says: string): Finding => ({ finding: 'unseen', target, says });
const hanging = (target: TargetKey, on: TargetKey): Finding =>
  unseen(target, `${target} hangs on ${on}, which was not seen`);

describe('what a closed account explains', () => {
  test('is told once for each, with what hangs on it, however far away; and all else is told as ever', async () => {
    const conflict: Finding = { finding: 'conflict', target: 'vpc/eu-west-1', says: 'is somebody else’s' };
    const dark = unseen('vpc/us-east-1', 'ec2 describeVpcs in us-east-1: TimeoutError');
    const findings = [
      hanging('records/us-east-1', 'health-check/eu-west-1'),
      hanging('health-check/eu-west-1', 'bit-url/eu-west-1'),
      unseen('bit-url/eu-west-1', await closed(SECOND)),
      unseen('vpc/sa-east-1', await closed(THIRD)),
      conflict,
      dark,
      hanging('subnet/us-east-1/us-east-1a', 'vpc/us-east-1'),
    ];
    expect(notLetIn(findings)).toEqual({
      others: [conflict, dark, findings.at(-1)],
      closed: [
        { account: SECOND, targets: ['records/us-east-1', 'health-check/eu-west-1', 'bit-url/eu-west-1'] },
        { account: THIRD, targets: ['vpc/sa-east-1'] },
      ],
    });
  });

  test('is nothing, in a fleet of one account', () => {
    expect(notLetIn([])).toEqual({ others: [], closed: [] });
  });
});
