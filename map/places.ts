import type { Region } from '../control-plane/model/region.ts';

/** Degrees; east and north are positive. */
export interface Place {
  readonly east: number;
  readonly north: number;
  /** 'Ireland' */
  readonly name: string;
}

/**
 * Where Regions are: the city or country that AWS names each after, to the degree or so. No data centre's address.
 *
 * Source  docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
// biome-ignore format: a table is read down its columns
const places: Readonly<Record<Region, Place>> = {
  'af-south-1':     { east:   18.4, north: -33.9, name: 'Cape Town' },
  'ap-east-1':      { east:  114.2, north:  22.3, name: 'Hong Kong' },
  'ap-east-2':      { east:  121.5, north:  25.0, name: 'Taipei' },
  'ap-northeast-1': { east:  139.7, north:  35.7, name: 'Tokyo' },
  'ap-northeast-2': { east:  127.0, north:  37.6, name: 'Seoul' },
  'ap-northeast-3': { east:  135.5, north:  34.7, name: 'Osaka' },
  'ap-south-1':     { east:   72.9, north:  19.1, name: 'Mumbai' },
  'ap-south-2':     { east:   78.5, north:  17.4, name: 'Hyderabad' },
  'ap-southeast-1': { east:  103.8, north:   1.4, name: 'Singapore' },
  'ap-southeast-2': { east:  151.2, north: -33.9, name: 'Sydney' },
  'ap-southeast-3': { east:  106.8, north:  -6.2, name: 'Jakarta' },
  'ap-southeast-4': { east:  145.0, north: -37.8, name: 'Melbourne' },
  'ap-southeast-5': { east:  101.7, north:   3.1, name: 'Malaysia' },
  'ap-southeast-6': { east:  174.8, north: -36.8, name: 'New Zealand' },
  'ap-southeast-7': { east:  100.5, north:  13.8, name: 'Thailand' },
  'ca-central-1':   { east:  -73.6, north:  45.5, name: 'Montréal' },
  'ca-west-1':      { east: -114.1, north:  51.0, name: 'Calgary' },
  'eu-central-1':   { east:    8.7, north:  50.1, name: 'Frankfurt' },
  'eu-central-2':   { east:    8.5, north:  47.4, name: 'Zürich' },
  'eu-north-1':     { east:   18.1, north:  59.3, name: 'Stockholm' },
  'eu-south-1':     { east:    9.2, north:  45.5, name: 'Milan' },
  'eu-south-2':     { east:   -0.9, north:  41.6, name: 'Spain' },
  'eu-west-1':      { east:   -6.3, north:  53.3, name: 'Ireland' },
  'eu-west-2':      { east:   -0.1, north:  51.5, name: 'London' },
  'eu-west-3':      { east:    2.4, north:  48.9, name: 'Paris' },
  'il-central-1':   { east:   34.8, north:  32.1, name: 'Tel Aviv' },
  'me-central-1':   { east:   54.4, north:  24.5, name: 'UAE' },
  'me-south-1':     { east:   50.6, north:  26.2, name: 'Bahrain' },
  'mx-central-1':   { east: -100.4, north:  20.6, name: 'Querétaro' },
  'sa-east-1':      { east:  -46.6, north: -23.5, name: 'São Paulo' },
  'us-east-1':      { east:  -77.5, north:  39.0, name: 'Virginia' },
  'us-east-2':      { east:  -83.0, north:  40.0, name: 'Ohio' },
  'us-west-1':      { east: -121.9, north:  37.4, name: 'California' },
  'us-west-2':      { east: -119.7, north:  45.8, name: 'Oregon' },
};

/** Null Island: whoever is not on the map is drawn where nobody is. */
const NOWHERE: Place = { east: 0, north: 0, name: 'somewhere' };

export const placeOf = (region: Region): Place =>
  (Object.hasOwn(places, region) ? places[region] : undefined) ?? NOWHERE;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** 0 to π: the angle between two Regions, seen from the middle of the earth. */
export function apart(a: Region, b: Region): number {
  const [from, to] = [placeOf(a), placeOf(b)];
  const cosine =
    Math.sin(radians(from.north)) * Math.sin(radians(to.north)) +
    Math.cos(radians(from.north)) * Math.cos(radians(to.north)) * Math.cos(radians(from.east - to.east));
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}
