/**
 * How long AWS takes, in milliseconds, in one place and easy to change. Nobody measured these for the simulator: where
 * AWS gives a figure, or somebody's log shows one, it is named; the others are what an operator is used to.
 */
export interface Timings {
  /** initiating-request to pending-acceptance, provisioning to active, deleting to deleted. Logs of Terraform: 2 to 3 s, 3 to 7 s. */
  readonly peeringMs: number;
  /** A deleted peering stays visible this long to who deleted it, a failed one to who asked. Source: VPC Peering Guide, life cycle. */
  readonly deletedPeeringMs: number;
  /** One that ended stays visible this long to the other account, and a refused one to the account that asked. Source: as above: 2 days. */
  readonly foreignPeeringMs: number;
  /** An interface endpoint is pending this long: one to three minutes. */
  readonly endpointAvailableMs: number;
  readonly endpointDeletedMs: number;
  /** Source: API Gateway developer guide, private custom domain names: about 15 minutes, and as long for an association. */
  readonly domainNameMs: number;
  readonly accessAssociationMs: number;
  /** A record change is answered everywhere, and INSYNC, this long after it was accepted. Source: ChangeResourceRecordSets, "within 60 seconds". */
  readonly recordSyncMs: number;
  /** Name servers see a health check's new verdict this long after it. Source: Route 53 Developer Guide, "within seconds"; AWS gives no figure. */
  readonly healthFlipMs: number;
  /** A requested certificate is issued, its validation records being there. */
  readonly certificateIssuedMs: number;
  readonly functionActiveMs: number;
  /** A new table, or index, is CREATING this long; a deleted table stays visible this long. */
  readonly tableActiveMs: number;
  readonly tableDeletedMs: number;
  /**
   * A new replica of a global table is CREATING this long, and one of a table without items. Measured by others on AWS:
   * 562 and 686 s with one item, 14 to 49 s with none (ack-api-quirks, DDB-TABLE-298, -306 and -226; October 2026).
   */
  readonly replicaActiveMs: number;
  readonly emptyReplicaActiveMs: number;
  /** A change to a global table is read in its other Regions this long after. Source: DynamoDB developer guide: "typically within a second or less". */
  readonly replicationMs: number;
  /** A table's resource policy is read, and in force, this long after. Source: PutResourcePolicy: "Wait for a few seconds". */
  readonly policyReadMs: number;
  /** Another change of it is refused for this long. Source: Developer Guide, "DynamoDB resource-based policy considerations". */
  readonly policyRestMs: number;
  /** An item past its time to live is still read for this long. Source: DynamoDB developer guide: deleted "within a few days". */
  readonly expiredItemMs: number;
  /** A management event reaches EventBridge this long after its call: from, to. AWS gives no figure. */
  readonly cloudTrailMs: readonly [number, number];
  /** How long a client waits for a Region that does not answer before it gives up: short, as whoever runs in several Regions sets it. */
  readonly unreachableMs: number;
}

export const awsTimings: Timings = {
  peeringMs: 3_000,
  deletedPeeringMs: 2 * 3_600_000,
  foreignPeeringMs: 2 * 24 * 3_600_000,
  endpointAvailableMs: 90_000,
  endpointDeletedMs: 30_000,
  domainNameMs: 15 * 60_000,
  accessAssociationMs: 15 * 60_000,
  recordSyncMs: 35_000,
  healthFlipMs: 1_000,
  certificateIssuedMs: 60_000,
  functionActiveMs: 3_000,
  tableActiveMs: 5_000,
  tableDeletedMs: 5_000,
  replicaActiveMs: 562_000,
  emptyReplicaActiveMs: 30_000,
  replicationMs: 1_000,
  policyReadMs: 2_000,
  policyRestMs: 15_000,
  expiredItemMs: 48 * 3_600_000,
  cloudTrailMs: [1_000, 5_000],
  unreachableMs: 3_000,
};
