import type { IncomingHttpHeaders } from 'node:http';

/** Names that lead to this machine whoever is asked for them. Source: RFC 6761, section 6.3 (localhost); RFC 1122, 3.2.1.3 (127/8). */
const LOOPBACK = /^(localhost|[\w.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host) || host === '::1';

/**
 * Why a request is not answered at all: it comes from a web page, not from a program of whoever runs the simulator.
 *
 * A page that somebody merely visits may send requests to this machine. It says so with `Origin`, and where its own
 * name was made to lead here (DNS rebinding), with `Host`. No SDK and no CLI sends the first, or another's second.
 */
export function whyStranger({ host = '', origin }: IncomingHttpHeaders, anyHost: boolean): string | undefined {
  if (origin !== undefined) return `Requests from web pages are refused, and this one comes from ${origin}`;
  if (anyHost || isLoopback(host)) return undefined;
  return `The Host is ${host === '' ? 'missing' : host}: only names of this machine are answered, 127.0.0.1 or localhost`;
}
