import { AwsError } from '../../aws-error.ts';
import { regions, zonesOf } from '../../regions.ts';
import { matching } from './filters.ts';
import type { Operation } from './operation.ts';

export const describeRegions: Operation<'DescribeRegions'> = (input, call) => {
  const asked = input.RegionNames ?? [];
  const unknown = asked.filter((name) => !regions.has(name));
  if (unknown.length > 0)
    throw new AwsError('InvalidParameterValue', `Invalid region names provided: ${unknown.join(', ')}`);
  const all = [...regions.values()].map((region) => ({
    id: region.name,
    endpoint: `ec2.${region.name}.amazonaws.com`,
    ...region,
  }));
  const passes = matching<(typeof all)[number]>(
    input.Filters,
    {
      endpoint: ({ endpoint }) => endpoint,
      'opt-in-status': ({ optInStatus }) => optInStatus,
      'region-name': ({ name }) => name,
    },
    call,
  );
  return {
    Regions: all
      .filter(({ name }) => asked.length === 0 || asked.includes(name))
      .filter(passes)
      .map(({ name, endpoint, optInStatus }) => ({
        RegionName: name,
        Endpoint: endpoint,
        OptInStatus: optInStatus,
      })),
  };
};

export const describeZones: Operation<'DescribeAvailabilityZones'> = (input, call) => {
  const { region } = call.place;
  const zones = zonesOf(region);
  const asked = [...(input.ZoneNames ?? []), ...(input.ZoneIds ?? [])];
  const unknown = asked.filter((wanted) => !zones.some(({ name, id }) => name === wanted || id === wanted));
  if (unknown.length > 0)
    throw new AwsError('InvalidParameterValue', `Invalid availability zones: [${unknown.join(', ')}]`);
  const passes = matching<(typeof zones)[number]>(
    input.Filters,
    {
      'group-name': () => `${region}-zg-1`,
      'opt-in-status': () => 'opt-in-not-required',
      'region-name': () => region,
      state: () => 'available',
      'zone-id': ({ id }) => id,
      'zone-name': ({ name }) => name,
      'zone-type': () => 'availability-zone',
    },
    call,
  );
  return {
    AvailabilityZones: zones
      .filter(({ name, id }) => asked.length === 0 || asked.includes(name) || asked.includes(id))
      .filter(passes)
      .map(({ name, id }) => ({
        ZoneName: name,
        ZoneId: id,
        RegionName: region,
        State: 'available',
        OptInStatus: 'opt-in-not-required',
        GroupName: `${region}-zg-1`,
        NetworkBorderGroup: region,
        ZoneType: 'availability-zone',
        Messages: [],
      })),
  };
};
