import type { Symptom } from '../../control-plane/health/probe-row.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Maybe } from './maybe.ts';

/** A member's VPC. */
export interface StandsIn {
  readonly region: Region;
  readonly vpcId: string;
  /** Left out: in the control plane's account. */
  readonly account?: string;
}

/** One HTTPS request from inside a member's VPC, over the private path. */
export interface PrivateRequest {
  /** Left out: where the function that asks stands itself. */
  readonly from?: StandsIn;
  /** The replica that is meant. Left out: whichever the name leads to, as for any caller. */
  readonly to?: Region;
  /** 'https://api.payments.example.com/live' */
  readonly url: string;
  /** Connect here in place of what the URL's name resolves to: a replica that no view names yet. */
  readonly connectTo?: string;
  /** How long the whole answer may take. Left out: `PROBE_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  /** Who owns which addresses, to tell who has answered. */
  readonly cidrs?: Cidrs;
}

/** The CIDRs of members' VPCs. */
export type Cidrs = Readonly<Record<Region, readonly string[]>>;

/** Where a request ended that was never made: whoever was to make it could not be asked. */
export const NOT_ASKED = 'probe';

export type PrivateAnswer =
  | {
      readonly answered: true;
      readonly status: number;
      readonly latencyMs: number;
      /** Which member's replica it was, where that can be told. */
      readonly servedBy?: Region;
    }
  | {
      readonly answered: false;
      readonly at: string;
      readonly says: string;
      readonly symptom: Symptom;
      readonly latencyMs: number;
    };

/** Makes requests inside VPCs. `undefined`: nothing here can (an emulator without a data plane), and the caller must say so. */
export type Requester = ((request: PrivateRequest) => Maybe<PrivateAnswer>) | undefined;

export interface PublicRequest {
  readonly url: string;
  readonly timeoutMs: number;
}

export type PublicAnswer =
  | { readonly answered: true; readonly status: number; readonly body: string; readonly latencyMs: number }
  | { readonly answered: false; readonly symptom: Symptom; readonly says: string; readonly latencyMs: number };

/** Makes one GET over the public internet. */
export type PublicRequester = (request: PublicRequest) => Promise<PublicAnswer>;
