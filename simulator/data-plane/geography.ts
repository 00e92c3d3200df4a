/** Where a Region stands: about its city, not its data centres. Country and subdivision as Route 53's geolocation codes them. */
export interface Whereabouts {
  readonly latitude: number;
  readonly longitude: number;
  readonly country: string;
  readonly continent: 'AF' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';
  readonly subdivision?: string;
}

/** Bounds  cities only: a distance between two of them is right to some tens of kilometres. */
const whereabouts: ReadonlyMap<string, Whereabouts> = new Map(
  Object.entries<Whereabouts>({
    'af-south-1': { latitude: -33.92, longitude: 18.42, country: 'ZA', continent: 'AF' },
    'ap-east-1': { latitude: 22.32, longitude: 114.17, country: 'HK', continent: 'AS' },
    'ap-east-2': { latitude: 25.03, longitude: 121.57, country: 'TW', continent: 'AS' },
    'ap-northeast-1': { latitude: 35.68, longitude: 139.65, country: 'JP', continent: 'AS' },
    'ap-northeast-2': { latitude: 37.57, longitude: 126.98, country: 'KR', continent: 'AS' },
    'ap-northeast-3': { latitude: 34.69, longitude: 135.5, country: 'JP', continent: 'AS' },
    'ap-south-1': { latitude: 19.08, longitude: 72.88, country: 'IN', continent: 'AS' },
    'ap-south-2': { latitude: 17.39, longitude: 78.49, country: 'IN', continent: 'AS' },
    'ap-southeast-1': { latitude: 1.35, longitude: 103.82, country: 'SG', continent: 'AS' },
    'ap-southeast-2': { latitude: -33.87, longitude: 151.21, country: 'AU', continent: 'OC' },
    'ap-southeast-3': { latitude: -6.21, longitude: 106.85, country: 'ID', continent: 'AS' },
    'ap-southeast-4': { latitude: -37.81, longitude: 144.96, country: 'AU', continent: 'OC' },
    'ap-southeast-5': { latitude: 3.14, longitude: 101.69, country: 'MY', continent: 'AS' },
    'ap-southeast-6': { latitude: -36.85, longitude: 174.76, country: 'NZ', continent: 'OC' },
    'ap-southeast-7': { latitude: 13.76, longitude: 100.5, country: 'TH', continent: 'AS' },
    'ca-central-1': { latitude: 45.5, longitude: -73.57, country: 'CA', continent: 'NA' },
    'ca-west-1': { latitude: 51.04, longitude: -114.07, country: 'CA', continent: 'NA' },
    'eu-central-1': { latitude: 50.11, longitude: 8.68, country: 'DE', continent: 'EU' },
    'eu-central-2': { latitude: 47.38, longitude: 8.54, country: 'CH', continent: 'EU' },
    'eu-north-1': { latitude: 59.33, longitude: 18.07, country: 'SE', continent: 'EU' },
    'eu-south-1': { latitude: 45.46, longitude: 9.19, country: 'IT', continent: 'EU' },
    'eu-south-2': { latitude: 40.42, longitude: -3.7, country: 'ES', continent: 'EU' },
    'eu-west-1': { latitude: 53.35, longitude: -6.26, country: 'IE', continent: 'EU' },
    'eu-west-2': { latitude: 51.51, longitude: -0.13, country: 'GB', continent: 'EU' },
    'eu-west-3': { latitude: 48.86, longitude: 2.35, country: 'FR', continent: 'EU' },
    'il-central-1': { latitude: 32.09, longitude: 34.78, country: 'IL', continent: 'AS' },
    'me-central-1': { latitude: 25.2, longitude: 55.27, country: 'AE', continent: 'AS' },
    'me-south-1': { latitude: 26.23, longitude: 50.59, country: 'BH', continent: 'AS' },
    'mx-central-1': { latitude: 20.59, longitude: -100.39, country: 'MX', continent: 'NA' },
    'sa-east-1': { latitude: -23.56, longitude: -46.64, country: 'BR', continent: 'SA' },
    'us-east-1': { latitude: 39.05, longitude: -77.49, country: 'US', continent: 'NA', subdivision: 'VA' },
    'us-east-2': { latitude: 39.96, longitude: -83, country: 'US', continent: 'NA', subdivision: 'OH' },
    'us-west-1': { latitude: 37.77, longitude: -122.42, country: 'US', continent: 'NA', subdivision: 'CA' },
    'us-west-2': { latitude: 45.52, longitude: -122.68, country: 'US', continent: 'NA', subdivision: 'OR' },
  }),
);

/** `undefined` for a Region this simulator knows nothing of. */
export const whereaboutsOf = (region: string): Whereabouts | undefined => whereabouts.get(region);

const EARTH_RADIUS_KM = 6371;
/** Half way round the Earth: nothing is farther away. */
const FARTHEST_KM = Math.PI * EARTH_RADIUS_KM;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the great circle. A Region whose whereabouts are unknown is as far away as anything can be, so never preferred by mistake. */
export function distanceKm(from: string, to: string): number {
  const a = whereabouts.get(from);
  const b = whereabouts.get(to);
  if (from === to) return 0;
  if (a === undefined || b === undefined) return FARTHEST_KM;
  const haversine =
    Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) *
      Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(haversine));
}
