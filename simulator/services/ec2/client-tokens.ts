import { AwsError } from '../../aws-error.ts';
import type { WorldMs } from '../../clock.ts';
import type { ClientTokenUse } from './state.ts';

const REMEMBERED_MS = 24 * 3_600_000;

interface TokenInput {
  readonly ClientToken?: string | undefined;
}

/**
 * Makes something once per client token: a repeated request is answered with what the first one made, and makes
 * nothing, even where that has been deleted since. To make another, the caller needs another token.
 *
 * Source    docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html: retries "complete successfully without
 *           performing any further actions. However, the result might contain updated information"
 */
export function oncePerToken<Made>(
  uses: Map<string, ClientTokenUse<Made>>,
  { ClientToken, ...rest }: TokenInput,
  nowMs: WorldMs,
  make: () => Made,
): Made {
  if (ClientToken === undefined) return make();
  const parameters = JSON.stringify(rest);
  const use = uses.get(ClientToken);
  if (use !== undefined && nowMs - use.usedAtMs <= REMEMBERED_MS) {
    if (use.parameters === parameters) return use.made;
    throw new AwsError(
      'IdempotentParameterMismatch',
      'The client token you have provided is associated with a resource that was created with different parameters',
    );
  }
  const made = make();
  uses.set(ClientToken, { parameters, made, usedAtMs: nowMs });
  return made;
}
