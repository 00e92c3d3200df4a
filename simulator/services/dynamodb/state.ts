import type {
  AttributeValue,
  BillingMode,
  Projection,
  ProvisionedThroughput,
  ScalarAttributeType,
  SSESpecification,
  StreamSpecification,
  TableClass,
} from '@aws-sdk/client-dynamodb';
import type { WorldMs } from '../../clock.ts';
import type { StateHome } from '../../service.ts';
import type { Replica } from './replication.ts';
import type { TablePolicy } from './table-policy.ts';

/** DynamoDB in one account and Region. */
export interface DynamoState {
  /** By name. A table that is being deleted stays until `deletingSinceMs` is old enough. */
  readonly tables: Map<string, Table>;
  /** Transactions by client token, oldest first: repeated within ten minutes they are answered, not made again. */
  readonly transactions: Map<string, { readonly fingerprint: string; readonly atMs: WorldMs }>;
}

export const dynamodbHome: StateHome<DynamoState> = {
  name: 'dynamodb',
  scope: 'regional',
  newState: () => ({ tables: new Map(), transactions: new Map() }),
};

/** Attributes by name. An item in the state is replaced, never changed in place. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAtMs: WorldMs;
  /** Until then it is CREATING. */
  readonly activeAtMs: WorldMs;
  deletingSinceMs: WorldMs | undefined;
  readonly attributeTypes: Map<string, ScalarAttributeType>;
  /** The items by their own key. */
  readonly primary: View;
  readonly indexes: Map<string, Index>;
  readonly tags: Map<string, string>;
  /** Of this replica alone. */
  policy: TablePolicy | undefined;
  settings: TableSettings;
  timeToLive: { readonly attribute: string; readonly enabled: boolean } | undefined;
  /** Expired items are looked for no more often than this allows. */
  nextExpirySweepMs: WorldMs;
  itemCount: number;
  sizeBytes: number;
  /** Its place in a global table: whoever looks at the items lets it catch up before, whoever changes one tells it. */
  replica: Replica | undefined;
}

export interface TableSettings {
  readonly billingMode: BillingMode;
  readonly throughput: ProvisionedThroughput;
  readonly stream: StreamSpecification | undefined;
  readonly streamLabel: string | undefined;
  readonly encryption: SSESpecification | undefined;
  readonly tableClass: TableClass | undefined;
  readonly deletionProtection: boolean;
}

/** Items by one key: the table's own, or an index's. */
export interface View {
  readonly hash: KeyAttribute;
  readonly range: KeyAttribute | undefined;
  /** By hash key; each sorted by range key. */
  readonly partitions: Map<string, StoredItem[]>;
  /** The hash keys in the order Scan visits them, while no partition comes or goes. */
  scanOrder: readonly string[] | undefined;
}

export interface Index extends View {
  readonly name: string;
  readonly scope: 'global' | 'local';
  readonly projection: Projection;
  readonly throughput: ProvisionedThroughput;
  /** What `projection` lets through, keys included; undefined: everything. */
  readonly projected: ReadonlySet<string> | undefined;
}

export interface KeyAttribute {
  readonly name: string;
  readonly type: ScalarAttributeType;
}

/** An item with its key in comparable form: see key-order.ts. */
export interface StoredItem {
  readonly attributes: Attributes;
  readonly hash: string;
  /** '' where the table has no range key. */
  readonly range: string;
  readonly sizeBytes: number;
}
