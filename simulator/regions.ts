/**
 * The commercial Regions of AWS, with whether an account must opt in to each.
 *
 * Source    docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html,
 *           docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html (Region: the 34 of this partition)
 */
const optInNotRequired = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];
const optedIn = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
];

export interface RegionFacts {
  readonly name: string;
  readonly optInStatus: 'opt-in-not-required' | 'opted-in';
}

export const regions: ReadonlyMap<string, RegionFacts> = new Map(
  [
    ...optInNotRequired.map((name): RegionFacts => ({ name, optInStatus: 'opt-in-not-required' })),
    ...optedIn.map((name): RegionFacts => ({ name, optInStatus: 'opted-in' })),
  ]
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map((region) => [region.name, region]),
);

export interface Zone {
  /** 'eu-west-1a' */
  readonly name: string;
  /** 'euw1-az1' */
  readonly id: string;
  readonly region: string;
}

const DIRECTIONS: Readonly<Record<string, string>> = {
  north: 'n',
  northeast: 'ne',
  east: 'e',
  southeast: 'se',
  south: 's',
  west: 'w',
  central: 'c',
};

/** 'ap-southeast-2' is 'apse2': how ids of zones, and DNS names, abbreviate a Region. */
const shortNameOf = (region: string): string => {
  const [area = '', direction = '', number = ''] = region.split('-');
  return `${area}${DIRECTIONS[direction] ?? direction}${number}`;
};

/** Three zones in every Region. In an account of AWS which name means which id is its own matter; here a is 1. */
export const zonesOf = (region: string): Zone[] =>
  ['a', 'b', 'c'].map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${shortNameOf(region)}-az${index + 1}`,
    region,
  }));

export const zoneIdOf = (zone: string): string =>
  `${shortNameOf(zone.slice(0, -1))}-az${'abc'.indexOf(zone.slice(-1)) + 1}`;
