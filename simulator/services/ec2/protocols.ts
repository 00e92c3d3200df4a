import { invalidValue } from './errors.ts';

const numbers: Readonly<Record<string, string>> = { icmp: '1', tcp: '6', udp: '17', icmpv6: '58', all: '-1' };
const names: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };

/** As network ACLs write protocols: '6'; '-1' for all. */
export function protocolNumberOf(protocol: string): string {
  const number = numbers[protocol.toLowerCase()] ?? protocol;
  if (!/^(-1|\d{1,3})$/.test(number) || Number(number) > 255) throw invalidValue(protocol, 'protocol');
  return number;
}

/** As security groups write protocols: 'tcp', a number where there is no name, '-1' for all. */
export const protocolNameOf = (protocol: string): string => {
  const number = protocolNumberOf(protocol);
  return names[number] ?? number;
};
