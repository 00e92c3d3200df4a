import type { Traffic } from '../traffic/traffic.ts';
import type { Region } from './region.ts';

/**
 * A fleet as declared: the fleet file after parsing, with every default filled in and every file it names read.
 * `control-plane/model/fleet-file.ts` makes one from YAML or JSON.
 */
export interface Fleet {
  readonly version: 1;
  /** 'payments' */
  readonly name: string;
  readonly account: string;
  readonly home: Region;
  readonly standby?: Region;
  /** 'api.payments.example.com': the name callers use, in every view. */
  readonly domain: string;
  readonly network: {
    /** '10.64.0.0/12': VPCs of the fleet are cut from here. */
    readonly supernet: string;
    /** 16: the size of each VPC. */
    readonly prefixLength: number;
    /** Zones of availability per member, 2 or more. */
    readonly zones: number;
    readonly topology: { readonly kind: 'mesh' } | { readonly kind: 'hub'; readonly hub: Region };
  };
  readonly api: {
    /** An OpenAPI 3 document, parsed. `x-landbridge-function: name` on an operation says what answers it. */
    readonly openapi: Readonly<Record<string, unknown>>;
    /** 'live' */
    readonly stage: string;
  };
  readonly functions: Readonly<Record<string, FleetFunction>>;
  readonly roles: {
    /** What the fleet's functions run as. */
    readonly function: string;
    /** What API Gateway assumes to invoke them. */
    readonly invoke: string;
  };
  /** The code of the agents in every member: the SHA-256 of its zip, base64. */
  readonly agents: { readonly codeSha256: string };
  readonly health: HealthSettings;
  readonly policies: PolicySettings;
  /** What the file says of particular members; a Region joined without a word here takes the defaults. */
  readonly members: Readonly<Record<Region, MemberDeclaration>>;
}

/** When a member counts as sick, and as well again. Rounds are ten seconds apart. */
export interface HealthSettings {
  /** An answer later than this is none. */
  readonly slowMs: number;
  readonly failAfterRounds: number;
  readonly recoverAfterRounds: number;
  /** Between two automatic moves of the same callers. */
  readonly coolDownSeconds: number;
}

export interface PolicySettings {
  /** Of one cause, before people are told and nothing more is tried. */
  readonly repairsPerHour: number;
  /** 0 to 1: more of the fleet's targets than this are not repaired at once. */
  readonly maxShareInRepair: number;
  /** What an operator must approve before it is done: 'evacuate', 'restore', 'drill'. */
  readonly approvals: readonly string[];
  /** 0 to 1: how sure a diagnosis must be before callers are moved for it. */
  readonly minConfidence: number;
}

export interface FleetFunction {
  /** Where the zip is kept: the SHA-256 of its bytes, base64, as Lambda reports it in CodeSha256. */
  readonly codeSha256: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

export type Role = 'serving' | 'client';

export interface MemberDeclaration {
  readonly role: Role;
  /** Where it lives. Left out: in the control plane's account. */
  readonly account?: string;
  /** A wish; without one, a block is allocated from the supernet. */
  readonly cidr?: string;
  readonly vpc?: BorrowedVpc;
  readonly certificateArn?: string;
}

/** An existing VPC that the fleet joins to and never changes, but for routes in the tables named here. */
export interface BorrowedVpc {
  readonly vpcId: string;
  readonly routeTableIds: readonly string[];
  /** Where the endpoint gets its addresses: one per zone of availability. */
  readonly subnetIds: readonly string[];
}

/**
 * A Region in the fleet, as admitted. `draining`: callers are being moved off it; `leaving`: its targets are being removed.
 */
export interface Member {
  readonly region: Region;
  readonly role: Role;
  readonly phase: 'joining' | 'joined' | 'draining' | 'leaving';
  /** Requests have crossed to its replica and back, so views may name it. A client never is. */
  readonly inTraffic: boolean;
  /** Order of admission, from 1. Of two members the earlier requests the peering and the later accepts it. */
  readonly sequence: number;
  /** Where it lives, if that is not the control plane's account: `accountOf` answers for both. */
  readonly account?: string;
  /** Every CIDR of its VPC, the primary first. */
  readonly cidrs: readonly string[];
  readonly borrowed?: BorrowedVpc;
  /** Zones of availability by name, 'eu-west-1a'. */
  readonly zones: readonly string[];
  /** Serving members have one: the certificate for the fleet's domain in this Region. */
  readonly certificateArn?: string;
}

/** The fleet and who is in it: all that desired targets are computed from. Members by sequence. */
export interface Declared {
  readonly fleet: Fleet;
  readonly members: readonly Member[];
  /** Where callers are sent other than the file says. Left out: nowhere. */
  readonly traffic?: Traffic;
}

export interface Link {
  readonly name: `${Region}~${Region}`;
  readonly requester: Member;
  readonly accepter: Member;
}
