import type { ObservedAssociations } from '../kinds/access-association.ts';
import type { ObservedMapping } from '../kinds/base-path-mapping.ts';
import type { ObservedDomainName } from '../kinds/domain-name.ts';
import type { ObservedEndpoint } from '../kinds/endpoint.ts';
import type { functionKind } from '../kinds/function.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ObservedPeering } from '../kinds/peering.ts';
import type { ObservedApi } from '../kinds/rest-api.ts';
import type { ObservedRouteTable } from '../kinds/route-table.ts';
import type { ObservedSecurityGroup } from '../kinds/security-group.ts';
import type { ObservedStage } from '../kinds/stage.ts';
import type { ObservedSubnet } from '../kinds/subnet.ts';
import type { ObservedView } from '../kinds/view.ts';
import type { ObservedVpc } from '../kinds/vpc.ts';
import type { Observation } from '../loop/observe.ts';
import type { Wanted } from '../loop/wanted.ts';
import type { Declared, Member } from '../model/fleet.ts';
import type { ObservedRecords } from '../model/latency-records.ts';
import type { Region } from '../model/region.ts';
import { keyOf, type TargetKey } from '../model/target.ts';

type ObservedFunction = typeof functionKind extends Kind<infer _, infer Seen> ? Seen : never;

/** What the kinds that a path consists of observe. */
interface Observed {
  vpc: ObservedVpc;
  subnet: ObservedSubnet;
  'route-table': ObservedRouteTable;
  'security-group': ObservedSecurityGroup;
  endpoint: ObservedEndpoint;
  peering: ObservedPeering;
  function: ObservedFunction;
  'rest-api': ObservedApi;
  stage: ObservedStage;
  'domain-name': ObservedDomainName;
  'base-path-mapping': ObservedMapping;
  'access-association': ObservedAssociations;
  view: ObservedView;
  records: ObservedRecords;
}

/** A look at a fleet: whole, or at least at both members of a path and what concerns them. */
export interface Look {
  readonly declared: Declared;
  readonly wanted: ReadonlyMap<TargetKey, Wanted>;
  readonly observation: Observation;
}

/** Something that the proof needs was not looked at: it says neither that it is there nor that it is not. */
export class Unseen extends Error {
  readonly survey: string;
  constructor(survey: string, says: string) {
    super(says);
    this.name = 'Unseen';
    this.survey = survey;
  }
}

/** Reads an observation by target, and stops the proof where there was no look. */
export class Sight {
  readonly declared: Declared;
  readonly #look: Look;

  constructor(look: Look) {
    this.#look = look;
    this.declared = look.declared;
  }

  /**
   * What was seen of a target; `undefined` where there is none, or where the fleet wants none.
   *
   * Faults  Unseen
   */
  see<Name extends keyof Observed>(kind: Name, name: string): Observed[Name] | undefined {
    const { wanted, observation } = this.#look;
    const key = keyOf(kind, name);
    const survey = `${kind}@${wanted.get(key)?.region ?? name}`;
    const unseen = observation.unseen.get(survey);
    if (unseen !== undefined) throw new Unseen(survey, unseen.says);
    return this.peek(kind, name);
  }

  /** The same where it may just as well be unknown. */
  peek<Name extends keyof Observed>(kind: Name, name: string): Observed[Name] | undefined {
    return this.#look.observation.targets.get(keyOf(kind, name)) as Observed[Name];
  }

  /** What a function is called in AWS, whether or not it is there. */
  functionNameOf(key: TargetKey): string {
    const want = this.#look.wanted.get(key)?.want as { readonly functionName?: string } | undefined;
    return want?.functionName ?? '';
  }

  memberAt(region: Region): Member {
    const member = this.declared.members.find((each) => each.region === region);
    if (member === undefined) throw new Error(`${region} is not a member of ${this.declared.fleet.name}`);
    return member;
  }
}
