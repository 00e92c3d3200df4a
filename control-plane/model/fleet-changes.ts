import { otherwiseThanJoined } from './changes-under-members.ts';
import { canonicalJson } from './fingerprint.ts';
import type { Declared, Fleet } from './fleet.ts';
import { isObject } from './openapi-document.ts';
import type { Region } from './region.ts';

/** What whoever puts a file in force is told of it. */
export interface FleetChanges {
  /** Line by line, what differs from what was in force. Nothing, where the fleet is put for the first time. */
  readonly differs: readonly string[];
  /** What the file says that is not so while its members stay. */
  readonly later: readonly string[];
  readonly members: readonly Region[];
  /** Regions that the file names and nobody has joined. */
  readonly toJoin: readonly Region[];
}

/** What follows from a change, where it is not that members are brought to it. */
const EFFECTS: Readonly<Record<string, string>> = {
  standby: 'landbridge deploy makes it one where none is deployed yet: until then nobody can take over there',
  'network.prefixLength': 'for who joins from now on',
  'network.zones': 'for who joins from now on',
  'network.supernet': 'replicas admit it from now on, and go on admitting what they did',
};

/** Parts that are told of as one, whatever is in them. */
const isWhole = (path: string): boolean =>
  path === 'api.openapi' || path === 'network.topology' || /^members\.[^.]+\.vpc$/.test(path);

function* differences(before: unknown, after: unknown, path = ''): Generator<string, void> {
  if (canonicalJson(before) === canonicalJson(after)) return;
  if (!isObject(before) || !isObject(after) || isWhole(path)) {
    yield changeOf(path, before, after);
    return;
  }
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)]))
    yield* differences(before[field], after[field], path === '' ? field : `${path}.${field}`);
}

function changeOf(path: string, before: unknown, after: unknown): string {
  if (path === 'api.openapi') return `${path}: another document`;
  if (path.endsWith('.codeSha256')) return `${path.slice(0, path.lastIndexOf('.'))}: other code`;
  // What a variable holds may be a secret, though it should not.
  const isVariable = /^functions\.[^.]+\.environment\./.test(path);
  if (isObject(before) && after === undefined)
    return `${path}: gone${path.startsWith('functions.') ? '; nothing calls what members have of it, and nothing deletes it' : ''}`;
  if (before === undefined && (isObject(after) || isVariable)) return `${path}: new`;
  if (isVariable) return `${path}: ${after === undefined ? 'gone' : 'another value'}`;
  const effect = EFFECTS[path] === undefined || after === undefined ? '' : ` (${EFFECTS[path]})`;
  return `${path}: ${wordFor(before)} → ${wordFor(after)}${effect}`;
}

function wordFor(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value;
  // Of what a file holds, a topology alone is of several kinds: mesh, or hub and where.
  return isObject(value) && 'kind' in value ? Object.values(value).join(' ') : canonicalJson(value);
}

/**
 * What a file that is put in force changes.
 *
 * In   the file, without problems, and what was in force, if anything was
 */
export function changesOf(file: Fleet, inForce: Declared | undefined): FleetChanges {
  const members = inForce?.members ?? [];
  const joined = members.map(({ region }) => region);
  const { zones } = file.network;
  const otherZones = members.filter((member) => member.borrowed === undefined && member.zones.length !== zones);
  return {
    differs: inForce === undefined ? [] : [...differences(inForce.fleet, file)],
    later: [
      ...otherZones.map(
        ({ region, zones: has }) => `network.zones: ${region} keeps its ${has.length} until it leaves and joins again`,
      ),
      ...(inForce === undefined ? [] : [...otherwiseThanJoined(file, inForce)]).map(
        ({ path, says }) => `${path}: ${says}; the file holds for its next join`,
      ),
    ],
    members: joined,
    toJoin: Object.keys(file.members).filter((region) => !joined.includes(region)),
  };
}
