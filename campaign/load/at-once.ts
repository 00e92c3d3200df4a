import type { EnteredState, MadeCall } from '../../simulator/world.ts';

interface Seen {
  readonly scope: string;
  /** It has not looked yet, but is waiting for its turn. */
  isWaiting: boolean;
}

/** States in which a reconcile has not begun to look. */
const BEFORE_ITS_TURN: ReadonlySet<string> = new Set(['Begin', 'IsItTime', 'NotYet']);
const OVER: ReadonlySet<string> = new Set(['Done', 'Failed', 'Refused']);

/** How many reconciles of one scope were at work, and how many waited, at the same moment at worst. */
export class AtOnce {
  mostRunning = 0;
  mostWaiting = 0;
  started = 0;
  readonly #known = new Set<string>();
  readonly #byArn = new Map<string, Seen>();

  called({ service, operation, input, output }: MadeCall): void {
    if (service !== 'sfn' || operation !== 'StartExecution' || output === undefined) return;
    const { stateMachineArn = '', input: text = '{}' } = input as { stateMachineArn?: string; input?: string };
    if (!stateMachineArn.endsWith(':landbridge-reconcile')) return;
    const { fleet, scope } = JSON.parse(text) as { fleet: string; scope?: object };
    const { executionArn = '' } = output as { executionArn?: string };
    // The same name and input once more is answered with the one that is running.
    if (this.#known.has(executionArn)) return;
    this.#known.add(executionArn);
    this.started += 1;
    this.#byArn.set(executionArn, { scope: `${fleet} ${JSON.stringify(scope ?? {})}`, isWaiting: true });
    this.#count();
  }

  entered({ machine, state, executionArn }: EnteredState): void {
    const seen = machine === 'landbridge-reconcile' ? this.#byArn.get(executionArn) : undefined;
    if (seen === undefined) return;
    if (OVER.has(state)) this.#byArn.delete(executionArn);
    else seen.isWaiting = BEFORE_ITS_TURN.has(state);
    this.#count();
  }

  #count(): void {
    const running = new Map<string, number>();
    const waiting = new Map<string, number>();
    for (const { scope, isWaiting } of this.#byArn.values()) {
      const of = isWaiting ? waiting : running;
      of.set(scope, (of.get(scope) ?? 0) + 1);
    }
    this.mostRunning = Math.max(this.mostRunning, ...running.values());
    this.mostWaiting = Math.max(this.mostWaiting, ...waiting.values());
  }
}
