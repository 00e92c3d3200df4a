import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Run } from '../../handlers/runtime/fleet-state.ts';
import type { EnteredState, MadeCall } from '../../simulator/world.ts';
import { rowsWritten } from '../rows-written.ts';

/**
 * What a reconcile does, as it writes down itself: it has not found out whether it is its turn, or is left to another; it waits for its turn; it looks and writes; or it found nothing to do, and
 * only asks for proof or says what came of it.
 */
type Doing = 'beginning' | 'waiting' | 'running' | 'settled';

interface Seen {
  readonly scope: string;
  doing: Doing;
}

const OVER: ReadonlySet<string> = new Set(['Done', 'Failed', 'Refused']);

/** How many reconciles of one scope were at work, and how many waited, at the same moment at worst. */
export class AtOnce {
  mostRunning = 0;
  mostWaiting = 0;
  /** Those keep nobody: what drifts while they ask is anybody's. */
  mostSettled = 0;
  started = 0;
  readonly #known = new Set<string>();
  /** By execution. */
  readonly #seen = new Map<string, Seen>();

  called(made: MadeCall): void {
    for (const { sk, item } of rowsWritten(made))
      if (sk.startsWith('run#') && item !== undefined) this.#says(unmarshall(item)['value'] as Run);
    if (made.service === 'sfn' && made.operation === 'StartExecution') this.#starts(made);
  }

  #starts({ input, output }: MadeCall): void {
    const { stateMachineArn = '', input: text = '{}' } = input as { stateMachineArn?: string; input?: string };
    if (output === undefined || !stateMachineArn.endsWith(':landbridge-reconcile')) return;
    const { fleet, scope } = JSON.parse(text) as { fleet: string; scope?: object };
    const name = nameIn((output as { executionArn?: string }).executionArn);
    // The same name and input once more is answered with the one that is running.
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.started += 1;
    this.#seen.set(name, { scope: `${fleet} ${JSON.stringify(scope ?? {})}`, doing: 'beginning' });
    this.#count();
  }

  #says({ run, isWaiting, isSettled }: Run): void {
    const seen = this.#seen.get(run);
    if (seen === undefined) return;
    seen.doing = isSettled ? 'settled' : isWaiting === true ? 'waiting' : 'running';
    this.#count();
  }

  entered({ machine, state, executionArn }: EnteredState): void {
    const name = nameIn(executionArn);
    const seen = machine === 'landbridge-reconcile' ? this.#seen.get(name) : undefined;
    if (seen === undefined) return;
    if (OVER.has(state)) this.#seen.delete(name);
    // Whatever it says, who looks or writes is at work.
    else if ((state === 'Look' && seen.doing !== 'settled') || state === 'Apply') seen.doing = 'running';
    this.#count();
  }

  #count(): void {
    this.mostRunning = Math.max(this.mostRunning, this.#most('running'));
    this.mostWaiting = Math.max(this.mostWaiting, this.#most('waiting'));
    this.mostSettled = Math.max(this.mostSettled, this.#most('settled'));
  }

  #most(doing: Doing): number {
    const byScope = Map.groupBy(
      this.#seen.values().filter((seen) => seen.doing === doing),
      ({ scope }) => scope,
    );
    return Math.max(0, ...byScope.values().map(({ length }) => length));
  }
}

const nameIn = (executionArn = ''): string => executionArn.slice(executionArn.lastIndexOf(':') + 1);
