import type { KeyAlgorithm } from '@aws-sdk/client-acm';
import type { WorldMs } from '../../clock.ts';
import { hasCome } from '../../horizon.ts';
import type { Random } from '../../random.ts';
import type { StateHome } from '../../service.ts';

export interface Certificate {
  readonly arn: string;
  readonly type: 'IMPORTED' | 'AMAZON_ISSUED';
  readonly domainName: string;
  /** Contains the domain name, as ACM tells them. */
  readonly names: readonly string[];
  readonly createdAtMs: WorldMs;
  /** PENDING_VALIDATION before, ISSUED from then on. */
  readonly issuedAtMs: WorldMs;
  readonly idempotencyToken: string | undefined;
  readonly notBeforeMs: WorldMs;
  readonly notAfterMs: WorldMs;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly serial: string;
  readonly issuer: string;
  /** PEM, of imported ones only: nobody in the simulated world shakes hands with the others. */
  readonly body: string | undefined;
  readonly chain: string | undefined;
  readonly tags: Map<string, string>;
}

/** ACM of one account in one Region. */
export interface AcmState {
  /** For ids. */
  readonly random: Random;
  /** By ARN. */
  readonly certificates: Map<string, Certificate>;
}

export const acmHome: StateHome<AcmState> = {
  name: 'acm',
  scope: 'regional',
  newState: ({ account, region }, { random }) => ({
    random: random.fork(`acm/${account}/${region}`),
    certificates: new Map(),
  }),
};

export const statusOf = (
  { issuedAtMs, notAfterMs }: Certificate,
  nowMs: WorldMs,
): 'PENDING_VALIDATION' | 'ISSUED' | 'EXPIRED' =>
  !hasCome(issuedAtMs, nowMs) ? 'PENDING_VALIDATION' : hasCome(notAfterMs, nowMs) ? 'EXPIRED' : 'ISSUED';

/**
 * Whether a certificate's names cover a host name: exactly, or by a wildcard that stands for one label.
 * Source: RFC 6125, section 6.4.3
 */
export const covers = ({ names }: Certificate, hostName: string): boolean => {
  const host = hostName.toLowerCase();
  const parent = host.slice(host.indexOf('.') + 1);
  return names.some((name) => name === host || (name.startsWith('*.') && name.slice(2) === parent));
};
