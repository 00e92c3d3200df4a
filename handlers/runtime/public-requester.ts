import type { PublicAnswer, PublicRequester } from './requester.ts';

interface Surroundings {
  nowMs(): number;
}

/** What `fetch` makes of a name that leads nowhere is in its error's cause. */
const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
};

/** Makes requests over the internet, with the certificates that Node trusts. */
export const httpsPublicRequester =
  ({ nowMs }: Surroundings): PublicRequester =>
  async ({ url, timeoutMs }): Promise<PublicAnswer> => {
    const startedAtMs = nowMs();
    try {
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
      const body = await response.text();
      return { answered: true, status: response.status, body, latencyMs: nowMs() - startedAtMs };
    } catch (error) {
      const code = causeOf(error);
      const symptom = code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'name' : 'connect';
      const says = code === '' ? String(error) : code;
      return { answered: false, symptom, says, latencyMs: nowMs() - startedAtMs };
    }
  };
