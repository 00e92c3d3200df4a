import pc from 'picocolors';
import type { DataPlaneRequest, Journey } from '../simulator/data-plane/journey.ts';
import type { Printer } from './print.ts';

/** Prints a request's way, hop by hop; the one that failed says why. */
export function printJourney(
  { from, url, method = 'GET', pin }: DataPlaneRequest,
  journey: Journey,
  print: Printer,
): void {
  print.line(
    `${method} ${url} from ${from.vpcId} in ${from.region}${pin === undefined ? '' : `, to be answered by ${pin}`}`,
  );
  print.table(
    ['', 'hop', 'where', 'says'],
    journey.hops.map(({ hop, where, ok, says }) => [
      ok ? pc.green('✓') : pc.red('✗'),
      hop,
      `${where.region} ${shortName(where.resource)}`,
      ok ? says : pc.red(says),
    ]),
  );
  const latency = `${Math.round(journey.latencyMs)} ms`;
  if (journey.outcome === 'answered') {
    const by = journey.answeredBy;
    print.line(
      `\n${pc.green(`HTTP ${journey.status ?? ''}`)} after ${latency}${by === undefined ? '' : `, by ${by.functionName ?? by.apiId} in ${by.region}`}`,
    );
    if (journey.body !== undefined) print.line(journey.body);
  } else {
    const seen =
      journey.clientError === undefined
        ? `HTTP ${journey.status ?? ''}`
        : `${journey.clientError.code}: ${journey.clientError.message}`;
    print.line(`\n${pc.red('failed')} at ${pc.bold(journey.failedAt ?? '')} after ${latency}; the caller sees ${seen}`);
  }
  print.json(journey);
}

/** Of an ARN what comes after its last slash: the rest only says again which account and Region it is in. */
const shortName = (resource: string): string =>
  resource.startsWith('arn:') ? (resource.split('/').at(-1) ?? resource) : resource;
