import type { HealthCheckRegion } from '@aws-sdk/client-route-53';

/**
 * Where Route 53's health checkers stand, each with an address of its range. One a Region here; AWS has several.
 *
 * Source: API_HealthCheckConfig, Regions; ip-ranges.amazonaws.com/ip-ranges.json, ROUTE53_HEALTHCHECKS
 */
export const checkerRegions: Readonly<Record<HealthCheckRegion, string>> = {
  'us-east-1': '54.243.31.193',
  'us-west-1': '54.183.255.129',
  'us-west-2': '54.244.52.193',
  'eu-west-1': '54.228.16.1',
  'ap-southeast-1': '54.251.31.129',
  'ap-southeast-2': '54.252.79.129',
  'ap-northeast-1': '54.248.220.1',
  'sa-east-1': '54.232.40.65',
};

export const isCheckerRegion = (region: string): boolean => Object.hasOwn(checkerRegions, region);
