import type { Request } from './world.ts';

/** Nobody is left to hear an answer: the process that made this call is dead. No answer of AWS's, and none is written. */
export class CallerGone extends Error {
  constructor({ service, operation }: Pick<Request, 'service' | 'operation'>) {
    super(`Whoever called ${service} ${operation} is dead`);
    this.name = 'Runtime.ExitError';
  }
}
