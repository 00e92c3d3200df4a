import { type Cidr, parseCidr } from '../../ip.ts';
import { invalidValue, required } from './errors.ts';

/** A block that a parameter must name. Host bits are dropped, as AWS drops them. */
export function cidrIn(text: string | undefined, parameter: string): Cidr {
  const cidr = parseCidr(required(text, parameter));
  if (cidr === undefined) throw invalidValue(text, parameter, 'This is not a valid CIDR block.');
  return cidr;
}
