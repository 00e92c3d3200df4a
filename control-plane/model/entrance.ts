/** Where one network interface of an endpoint is. It keeps both for as long as it exists. */
export interface Standing {
  readonly subnetId: string;
  readonly address: string;
}

/** The way in to a member's replica: its endpoint, as it was seen last. */
export interface Entrance {
  /** The endpoint's own name: where to ask a replica whatever the views say. */
  readonly dnsName: string;
  /** By the interface's id. */
  readonly interfaces: Readonly<Record<string, Standing>>;
}
