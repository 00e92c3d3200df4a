import { describe, expect, test } from 'vitest';
import { APPLIER_ROLE, externalIdOf, OBSERVER_ROLE } from '../../control-plane/model/accounts.ts';
import type { AwsCall } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { functions } from '../../handlers/index.ts';
import { MemberSessions, memberRoleNamed } from '../../handlers/runtime/member-sessions.ts';
import { memberRoleFor } from '../../permissions/needed.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const there = { id: '222233334444', fleet: 'payments' };

function sts(name = 'landbridge-look') {
  const asked: AwsCall[] = [];
  const now = { ms: 0 };
  let refusal: Fault | undefined;
  const sessions = new MemberSessions({
    name,
    region: 'us-east-1',
    nowMs: () => now.ms,
    call: (call) => {
      asked.push(call);
      if (refusal !== undefined) return Promise.reject(refusal);
      const Expiration = new Date(now.ms + HOUR_MS);
      const AccessKeyId = `key ${asked.length}`;
      return Promise.resolve({ Credentials: { AccessKeyId, SecretAccessKey: 's', SessionToken: 't', Expiration } });
    },
  });
  return { asked, now, sessions, refuse: (fault: Fault | undefined) => (refusal = fault) };
}

describe("ways into members' accounts", () => {
  test('go through the role for those who look, with the name of the fleet', async () => {
    const { asked, sessions } = sts();
    await sessions.in(there);
    expect(asked).toEqual([
      {
        access: 'write',
        region: 'us-east-1',
        service: 'sts',
        method: 'assumeRole',
        input: {
          RoleArn: `arn:aws:iam::222233334444:role/${OBSERVER_ROLE}`,
          RoleSessionName: 'landbridge-look',
          ExternalId: 'landbridge:payments',
        },
      },
    ]);
    expect(externalIdOf('payments')).toBe('landbridge:payments');
  });

  test('go through the role for those who write, of the one function that does', async () => {
    const { asked, sessions } = sts('landbridge-apply-plan');
    await sessions.in(there);
    expect(asked[0]?.input).toMatchObject({ RoleArn: `arn:aws:iam::222233334444:role/${APPLIER_ROLE}` });
  });

  test.for(functions)('$name enters as the role that is let do what it needs', ({ name, needs }) => {
    const role = memberRoleFor(needs);
    if (role !== undefined) expect(memberRoleNamed(`landbridge-${name}`)).toBe(role);
  });

  test('are kept until five minutes before their end, for all who ask at once', async () => {
    const { asked, now, sessions } = sts();
    const [one, other] = await Promise.all([sessions.in(there), sessions.in(there)]);
    expect(one).toBe(other);
    now.ms = HOUR_MS - 5 * MINUTE_MS - 1;
    expect(await sessions.in(there)).toBe(one);
    now.ms += 1;
    const again = await Promise.all([sessions.in(there), sessions.in(there), sessions.in(there)]);
    expect(new Set(again).size).toBe(1);
    expect(asked).toHaveLength(2);
  });

  test("are never another fleet's, nor another account's", async () => {
    const { asked, sessions } = sts();
    await sessions.in(there);
    await sessions.in({ ...there, fleet: 'ledger' });
    await sessions.in({ ...there, id: '333344445555' });
    expect(asked.map(({ input }) => (input as { ExternalId: string }).ExternalId)).toEqual([
      'landbridge:payments',
      'landbridge:ledger',
      'landbridge:payments',
    ]);
  });

  test('that are refused name role, account and what to do, and are asked for anew', async () => {
    const { asked, sessions, refuse } = sts();
    refuse(new Fault('Forbidden', 'sts assumeRole in us-east-1: AccessDenied: you may not'));
    const refused = sessions.in(there);
    await expect(refused).rejects.toMatchObject({ fault: 'Forbidden' });
    await expect(refused).rejects.toThrow(
      'account 222233334444 does not let landbridge-look in as arn:aws:iam::222233334444:role/landbridge-observer for the fleet payments: sts assumeRole in us-east-1: AccessDenied: you may not; if it is to have members of this fleet, run landbridge deploy --member-account 222233334444 --control-plane CONTROL-PLANE-ACCOUNT --fleets payments --home HOME --standby STANDBY-OR-NONE with its credentials, and with the other fleets, --peer-accounts and --operators that it was deployed with before',
    );
    refuse(undefined);
    await sessions.in(there);
    expect(asked).toHaveLength(2);
  });

  test('that nobody could ask about are the fault that it was', async () => {
    const { sessions, refuse } = sts();
    refuse(new Fault('Throttled', 'slowly'));
    await expect(sessions.in(there)).rejects.toMatchObject({ fault: 'Throttled', message: 'slowly' });
  });
});
