import type { Kind } from '../../../control-plane/kinds/kind.ts';
import type { Entrance } from '../../../control-plane/model/entrance.ts';
import type { Member } from '../../../control-plane/model/fleet.ts';
import { ec2TagsOf } from '../../../control-plane/model/ownership.ts';
import type { TargetKey } from '../../../control-plane/model/target.ts';
import { type Answers, placeIn } from '../../support/dialogue.ts';
import { type Attributes, lookAt } from '../../support/look.ts';
import { declaredWith, memberOf } from '../../support/payments.ts';

/** Two serving members and the link between them: `here` asked for the peering. */
export const HERE = 'eu-west-1';
export const THERE = 'us-east-1';
export const LINK = 'eu-west-1~us-east-1';
const zones = ['eu-west-1a', 'eu-west-1b'];
export const here = (but: Partial<Member> = {}): Member => memberOf(HERE, 1, { zones, ...but });
export const there = (but: Partial<Member> = {}): Member => memberOf(THERE, 2, but);

/** A VPC that is somebody else's, with what the fleet may use of it. */
export const borrowed = { vpcId: 'vpc-lent', routeTableIds: ['rtb-lent'], subnetIds: ['subnet-x', 'subnet-y'] };

export const Tags = (key: TargetKey) => ec2TagsOf('payments', key);

/** What has been made of the two so far, as the other kinds tell it. */
const attributes: Attributes = {
  'vpc/eu-west-1': { id: 'vpc-1', cidr: '10.64.0.0/16' },
  'vpc/us-east-1': { id: 'vpc-2', cidr: '10.65.0.0/16' },
  'subnet/eu-west-1/eu-west-1a': { id: 'subnet-a' },
  'subnet/eu-west-1/eu-west-1b': { id: 'subnet-b' },
  'route-table/eu-west-1/main': { id: 'rtb-1' },
  'route-table/eu-west-1/rtb-lent': { id: 'rtb-lent' },
  'security-group/eu-west-1/endpoint': { id: 'sg-1' },
  'peering/eu-west-1~us-east-1': { id: 'pcx-1', activeId: 'pcx-1' },
};

/** The ids that the journal keeps. */
export const journal = { 'vpc/eu-west-1': 'vpc-1', 'vpc/us-east-1': 'vpc-2' };

interface Case {
  readonly members?: readonly Member[];
  readonly known?: Readonly<Record<string, string>>;
  readonly entrance?: Entrance | undefined;
}

/** One target as it is seen HERE, in a fleet of the two members unless other ones are given. */
export const look = <Desired, Observed>(
  kind: Kind<Desired, Observed>,
  name: string,
  answers: Answers,
  { members = [here(), there()], known = journal, entrance }: Case = {},
) => lookAt(kind, name, { ...placeIn(HERE, declaredWith(...members), known), entrance }, answers, attributes);

export const methods = (said: readonly { readonly method: string }[]): string[] => said.map(({ method }) => method);
