import type { MadeCall } from '../../simulator/world.ts';
import type { Invariant } from './invariant.ts';

interface Looked {
  readonly run?: string;
  readonly purpose?: string;
  readonly decision?: string;
  readonly says?: string;
}

/** A member comes in, or goes, only when everything of it was seen. */
const WAITS_TO_SEE: ReadonlySet<string> = new Set(['onboard', 'offboard']);

/**
 * A run waits for something that it can name. Of a Region that answers nobody nothing can be named: whoever repairs the rest does
 * not wait until it is back.
 *
 * Bounds  reads the answer of each look
 */
export const waitsForSomething: Invariant = {
  name: 'waits for something',
  says: 'No run but a join or a departure waits without a target that it waits for, as it would for a Region that is dark',
  watch(_world, tell) {
    const accused = new Set<string>();
    return {
      called(made) {
        const looked = lookIn(made);
        if (looked === undefined) return;
        const { run = '', purpose = '', decision, says } = looked;
        if (decision !== 'wait' || says !== '' || WAITS_TO_SEE.has(purpose) || accused.has(run)) return;
        accused.add(run);
        tell(`the ${purpose} ${run} waits, and for nothing that it can name`);
      },
    };
  },
};

function lookIn({ service, operation, input, output, error }: MadeCall): Looked | undefined {
  if (service !== 'lambda' || operation !== 'Invoke' || error !== undefined) return undefined;
  const { FunctionName = '' } = input as { readonly FunctionName?: string };
  if (!/(^|:)landbridge-look$/.test(FunctionName)) return undefined;
  const { Payload } = (output ?? {}) as { readonly Payload?: unknown };
  if (Payload instanceof Uint8Array) return JSON.parse(new TextDecoder().decode(Payload)) as Looked;
  if (typeof Payload === 'string') return JSON.parse(Payload) as Looked;
  return typeof Payload === 'object' && Payload !== null ? Payload : undefined;
}
