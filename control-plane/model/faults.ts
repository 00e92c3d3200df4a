/** What the loop should do about a failed AWS call. Step Functions matches on these names. */
export const faultNames = ['Absent', 'Throttled', 'Conflict', 'Forbidden', 'Rejected', 'Unavailable'] as const;
export type FaultName = (typeof faultNames)[number];

/**
 * A failed AWS call or a refused request, classified once at the edge.
 *
 * `name` is a literal and not `constructor.name`: bundlers shorten class names, and the retry rules
 * in `workflows/retry-rules.ts` compare the string the Lambda runtime reports.
 */
export class Fault extends Error {
  readonly fault: FaultName;
  constructor(fault: FaultName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
    this.name = `Fault.${fault}`;
  }
}

export const isFault = (error: unknown, fault?: FaultName): error is Fault =>
  error instanceof Fault && (fault === undefined || error.fault === fault);
