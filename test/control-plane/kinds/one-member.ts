import type { Kind } from '../../../control-plane/kinds/kind.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import type { Fleet, Member } from '../../../control-plane/model/fleet.ts';
import { type Answers, placeIn } from '../../support/dialogue.ts';
import { lookAt } from '../../support/look.ts';
import { memberOf, payments } from '../../support/payments.ts';

export const REGION = 'eu-west-1';
export const HOST = 'abc.lambda-url.eu-west-1.on.aws';
const zones = ['eu-west-1a', 'eu-west-1b'];
export const serving = memberOf(REGION, 2, { zones });
export const client = memberOf(REGION, 2, { zones, role: 'client' });
export const arnOf = (name: string): string =>
  `arn:aws:lambda:${REGION}:111122223333:function:landbridge-payments_${name}`;

const attributes = {
  'subnet/eu-west-1/eu-west-1a': { id: 'subnet-b' },
  'subnet/eu-west-1/eu-west-1b': { id: 'subnet-a' },
  'security-group/eu-west-1/probe': { id: 'sg-probe' },
  'agent/eu-west-1/watch': { id: arnOf('watch') },
  'agent/eu-west-1/bit': { id: arnOf('bit') },
  'bit-url/eu-west-1': { host: HOST },
};

interface Case {
  readonly member?: Member;
  readonly fleet?: Fleet;
  readonly known?: Readonly<Record<string, string>> | undefined;
  readonly proven?: { readonly names: boolean; readonly bit: boolean; readonly watch: boolean; readonly turn?: 0 | 1 };
}

/** One target of a member that serves, unless another one is given, as it is seen in its own Region. */
export const look = <Desired, Observed>(
  kind: Kind<Desired, Observed>,
  name: string,
  answers: Answers,
  { member = serving, fleet = payments, known = {}, proven }: Case = {},
) => lookAt(kind, name, { ...placeIn(REGION, { fleet, members: [member] }, known), proven }, answers, attributes);

export const methods = (said: readonly { readonly method: string }[]): string[] => said.map(({ method }) => method);
/** AWS's answer for what is not there. */
export const gone = () => {
  throw new Fault('Absent', 'ResourceNotFoundException');
};
