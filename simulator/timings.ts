/**
 * How long AWS takes, in milliseconds, in one place and easy to change: FACTS of the project's docs, none measured by us.
 * A test may shorten any of them; the defaults are what an operator should expect.
 */
export interface Timings {
  /** initiating-request to pending-acceptance, and provisioning to active. */
  readonly peeringMs: number;
  readonly endpointAvailableMs: number;
  readonly endpointDeletedMs: number;
  readonly domainNameMs: number;
  readonly accessAssociationMs: number;
  /** A record change is answered everywhere, and INSYNC, this long after it was accepted. */
  readonly recordSyncMs: number;
  readonly functionActiveMs: number;
  /** A new table, or index, is CREATING this long; a deleted table stays visible this long. */
  readonly tableActiveMs: number;
  readonly tableDeletedMs: number;
  /** An item past its time to live is still read for this long: DynamoDB deletes within a few days. */
  readonly expiredItemMs: number;
  /** A requested certificate is issued, its validation records being there. */
  readonly certificateIssuedMs: number;
  /** A management event reaches EventBridge this long after its call: from, to. */
  readonly cloudTrailMs: readonly [number, number];
  /** A deleted peering stays visible this long; a failed one. */
  readonly deletedPeeringMs: number;
}

export const awsTimings: Timings = {
  peeringMs: 3_000,
  endpointAvailableMs: 90_000,
  endpointDeletedMs: 30_000,
  domainNameMs: 15 * 60_000,
  accessAssociationMs: 15 * 60_000,
  recordSyncMs: 35_000,
  functionActiveMs: 3_000,
  tableActiveMs: 5_000,
  tableDeletedMs: 5_000,
  expiredItemMs: 48 * 3_600_000,
  certificateIssuedMs: 60_000,
  cloudTrailMs: [1_000, 5_000],
  deletedPeeringMs: 2 * 3_600_000,
};
