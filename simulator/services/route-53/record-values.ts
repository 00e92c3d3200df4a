import { isIPv4, isIPv6 } from 'node:net';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';

const told = (problem: string, value: string): string =>
  `Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`;

/**
 * What is wrong with the values of a record set, in Route 53's words; undefined where nothing is.
 * Source: the texts are those that Route 53 gave in github.com/aws/aws-cdk/issues/14800 and its like
 */
export function objectionToValues({ Type, ResourceRecords }: Readonly<ResourceRecordSet>): string | undefined {
  const values = (ResourceRecords ?? []).map(({ Value = '' }) => Value);
  for (const value of values) {
    if (Type === 'A' && !isIPv4(value))
      return told('ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)', value);
    if (Type === 'AAAA' && !isIPv6(value))
      return told('AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)', value);
    if (Type === 'TXT' && !/^("(?:[^"\\]|\\.)*"\s*)+$/.test(value))
      return told('InvalidCharacterString (Value should be enclosed in quotation marks)', value);
    if (value === '') return told('DomainNameEmpty (Domain name is empty)', value);
  }
  if (new Set(values).size < values.length) return `Duplicate Resource Record: '${values.join(', ')}'`;
  if (Type === 'CNAME' && values.length > 1)
    return told('CNAMERRSetMultipleRecords (A CNAME record set has exactly one value)', values.join(', '));
  return undefined;
}
