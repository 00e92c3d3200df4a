import type { MadeCall } from '../../simulator/world.ts';
import { functionBehind } from '../our-calls.ts';
import type { Invariant } from './invariant.ts';

const WITHIN_MS = 10_000;
/** One in each of two windows that touch, and one whose start was slow in coming. */
const MOST_AT_ONCE = 3;

/** Who turns what happens into runs. */
const STARTERS: ReadonlySet<string> = new Set(['on-signal', 'on-health']);

interface Started {
  readonly stateMachineArn?: string;
  readonly input?: string;
}

/** What a run is asked for, as far as this goes. */
interface Asked {
  readonly fleet?: string;
  readonly scope?: object;
  readonly notBefore?: string;
}

/**
 * However many events tell of one thing, and however often each comes, one run looks at it at once, and one waits to look once
 * more. Those that wait say until when, and are not counted.
 *
 * Bounds  one look at a map for each start of an execution
 */
export const burstsFold: Invariant = {
  name: 'bursts fold',
  says: `No more than ${MOST_AT_ONCE} runs begin to look at the same scope within ${WITHIN_MS / 1_000} s because of events`,
  watch(_world, tell) {
    /** By machine, fleet and scope: which executions, and when. */
    const begun = new Map<string, readonly { readonly arn: string; readonly atMs: number }[]>();
    const started = ({ input, output, atMs }: MadeCall, by: string): void => {
      const { stateMachineArn = '', input: asked = '{}' } = input as Started;
      const { fleet = '', scope, notBefore } = JSON.parse(asked) as Asked;
      const { executionArn: arn } = output as { readonly executionArn: string };
      if (notBefore !== undefined) return;
      const workflow = stateMachineArn.slice(stateMachineArn.lastIndexOf(':') + 1);
      const about = `${workflow} of ${fleet} ${scope === undefined ? '' : JSON.stringify(scope)}`.trim();
      const lately = (begun.get(about) ?? []).filter((one) => atMs - one.atMs < WITHIN_MS && one.arn !== arn);
      begun.set(about, [...lately, { arn, atMs }]);
      if (lately.length === MOST_AT_ONCE)
        tell(`${by} began ${lately.length + 1} runs of ${about} within ${WITHIN_MS / 1_000} s`);
    };
    return {
      called(made) {
        if (made.service !== 'sfn' || made.operation !== 'StartExecution' || made.error !== undefined) return;
        const by = functionBehind(made.principal);
        if (by !== undefined && STARTERS.has(by)) started(made, by);
      },
    };
  },
};
