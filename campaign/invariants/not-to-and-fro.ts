import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { Override } from '../../control-plane/policies/policy.ts';
import type { Drain, Steer } from '../../control-plane/traffic/traffic.ts';
import { runningBehind } from '../../simulator/services/lambda/running.ts';
import { isInTraffic, membersIn } from '../members.ts';
import { rowsWritten, type WrittenRow } from '../rows-written.ts';
import type { Invariant } from './invariant.ts';

const POLICY = 'cool-down';
const WAY_BACK_FAILED = 'its way back failed';
/** Deciding takes a moment, and clocks of functions are a little apart. */
const TOLERANCE_MS = 30_000;

/**
 * Callers who were just moved stay where they are for a while: what flaps does not carry them to and fro. Steps of a way back
 * are as quick as they are meant to be, one that failed goes back to where it was, and somebody may answer for more by an
 * override.
 *
 * Bounds  one row for each move
 */
export const notToAndFro: Invariant = {
  name: 'not to and fro',
  says: 'No callers are steered, let back, or drained within the cool-down of their last move',
  watch({ bed: { world, clock, fleet, landbridge }, table }, tell) {
    const pk = `health#${fleet.name}`;
    const steers = new Map<string, Steer>();
    const drains = new Set<string>();
    /** By the clock of whoever moved them: that is what is on record. */
    const movedAtMs = new Map<string, number>();
    const coolDownMs = (): number =>
      (JSON.parse(String(table.row(`fleet#${fleet.name}`, 'fleet')?.['document'])) as Fleet).health.coolDownSeconds *
      1_000;
    const isAnsweredFor = (): boolean =>
      table.rows(pk, `override#${POLICY}#`).some(({ value }) => (value as Override).expiresAtMs > clock.nowMs());

    /** Of the function that makes the move: it keeps the clock that it was begun with. */
    let skewMs = 0;
    const moved = (who: string, what: string, isJudged: boolean): void => {
      const atMs = clock.nowMs() + skewMs;
      const lastMs = movedAtMs.get(who);
      movedAtMs.set(who, atMs);
      if (!isJudged || lastMs === undefined) return;
      const coolMs = coolDownMs();
      if (atMs - lastMs < coolMs - TOLERANCE_MS && !isAnsweredFor())
        tell(
          `${who}: ${what} ${(atMs - lastMs) / 1_000} s after their last move; the cool-down is ${coolMs / 1_000} s`,
        );
    };

    /** Somebody in traffic of whom no incident tells, and whom these callers may be sent to. */
    const hasSomebodyElse = ({ viewer, avoid }: Steer): boolean => {
      const told = table.rows(pk, 'incident#').map(({ sk }) => String(sk));
      return membersIn(table, fleet.name).some(
        (member) =>
          isInTraffic(member) &&
          member.region !== avoid &&
          !drains.has(member.region) &&
          !steers.has(`callers in ${viewer} who may be sent to ${member.region}`) &&
          !told.some((sk) => sk.includes(member.region)),
      );
    };

    const steerWritten = ({ sk, item, how }: WrittenRow, isForgotten: boolean): void => {
      const [, viewer = '', avoid = ''] = sk.split('#');
      const who = `callers in ${viewer} who may be sent to ${avoid}`;
      const before = steers.get(who);
      if (item !== undefined) {
        const steer = unmarshall(item)['value'] as Steer;
        steers.set(who, steer);
        if (before === undefined) moved(who, `steered off because ${steer.because}`, steer.cause !== 'ramp');
      } else if (how === 'removed' && before !== undefined) {
        steers.delete(who);
        if (isForgotten) movedAtMs.delete(who);
        else moved(who, 'let back', before.cause !== 'ramp' && hasSomebodyElse(before));
      }
    };
    const drainWritten = ({ sk, item, how }: WrittenRow, isForgotten: boolean): void => {
      const [, region = ''] = sk.split('#');
      const who = `callers of ${region}`;
      if (item !== undefined) {
        const { because } = unmarshall(item)['value'] as Drain;
        if (!drains.has(region)) moved(who, `drained because ${because}`, !because.startsWith(WAY_BACK_FAILED));
        drains.add(region);
      } else if (how === 'removed' && drains.delete(region)) {
        // The way back has no cool-down: it is gone step by step.
        if (isForgotten) movedAtMs.delete(who);
        else moved(who, 'let back', false);
      }
    };

    return {
      called(made) {
        const rows = rowsWritten(made).filter((row) => row.pk === pk);
        if (rows.length === 0) return;
        const mover = runningBehind(world, made)?.invocation;
        skewMs = mover?.clockSkewMs ?? world.outages.skewMs(landbridge.home);
        // Whoever leaves is forgotten, and so is when its callers were moved.
        const isForgotten = rows.every(({ how }) => how === 'removed');
        for (const row of rows)
          if (row.sk.startsWith('steer#')) steerWritten(row, isForgotten);
          else if (row.sk.startsWith('drain#')) drainWritten(row, isForgotten);
      },
    };
  },
};
