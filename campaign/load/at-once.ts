import type { EnteredState, MadeCall } from '../../simulator/world.ts';

/** What a reconcile does: it has not looked yet; it looks and writes; or it found nothing to do, and only asks for proof. */
type Doing = 'waiting' | 'running' | 'proving';

interface Seen {
  readonly scope: string;
  doing: Doing;
}

/** States in which a reconcile has not begun to look. */
const BEFORE_ITS_TURN: ReadonlySet<string> = new Set(['Begin', 'IsItTime', 'NotYet']);
const OVER: ReadonlySet<string> = new Set(['Done', 'Failed', 'Refused']);

/** How many reconciles of one scope were at work, and how many waited, at the same moment at worst. */
export class AtOnce {
  mostRunning = 0;
  mostWaiting = 0;
  /** Those keep nobody: what drifts while they ask is anybody's. */
  mostProving = 0;
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
    this.#byArn.set(executionArn, { scope: `${fleet} ${JSON.stringify(scope ?? {})}`, doing: 'waiting' });
    this.#count();
  }

  entered({ machine, state, executionArn }: EnteredState): void {
    const seen = machine === 'landbridge-reconcile' ? this.#byArn.get(executionArn) : undefined;
    if (seen === undefined) return;
    if (OVER.has(state)) this.#byArn.delete(executionArn);
    else seen.doing = doingIn(state, seen.doing);
    this.#count();
  }

  #count(): void {
    this.mostRunning = Math.max(this.mostRunning, this.#most('running'));
    this.mostWaiting = Math.max(this.mostWaiting, this.#most('waiting'));
    this.mostProving = Math.max(this.mostProving, this.#most('proving'));
  }

  #most(doing: Doing): number {
    const byScope = Map.groupBy(
      this.#byArn.values().filter((seen) => seen.doing === doing),
      ({ scope }) => scope,
    );
    return Math.max(0, ...byScope.values().map(({ length }) => length));
  }
}

function doingIn(state: string, before: Doing): Doing {
  if (BEFORE_ITS_TURN.has(state)) return 'waiting';
  // Once it asked for proof it looks now and then whether all is well still, until it finds something to write.
  if (state === 'Prove' || (before === 'proving' && state !== 'Apply')) return 'proving';
  return 'running';
}
