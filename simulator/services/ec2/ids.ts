import type { Ec2Call } from './operation.ts';

type Prefix =
  | 'acl'
  | 'aclassoc'
  | 'eni'
  | 'igw'
  | 'pcx'
  | 'rtb'
  | 'rtbassoc'
  | 'sg'
  | 'sgr'
  | 'subnet'
  | 'vpc'
  | 'vpc-cidr-assoc'
  | 'vpce';

/** A new resource's id, in the long format: 'vpc-' and 17 hexadecimal digits. */
export const newId = (prefix: Prefix, { world }: Ec2Call): string => `${prefix}-${world.random.hex(17)}`;

export const arnOf = (type: string, id: string, { place }: Ec2Call): string =>
  `arn:aws:ec2:${place.region}:${place.account}:${type}/${id}`;
