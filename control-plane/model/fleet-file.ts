import type { z } from 'zod';
import type { Fleet } from './fleet.ts';
import { problemsOfFields, problemsOfNames } from './fleet-checks.ts';
import { FleetFile, remedyAt } from './fleet-schema.ts';
import { isObject, type JsonObject, problemsOfOpenApi } from './openapi-document.ts';
import { problemsOfOpenings } from './openings.ts';
import { type Problem, problem } from './problem.ts';

/** What the paths in a fleet file lead to, read by whoever may read files. What could not be read is left out. */
export interface FilesOfFleet {
  /** The OpenAPI document, parsed. */
  readonly openapi: unknown;
  /** Per function, the SHA-256 of its zip in base64, and the files in it by their paths, where somebody looked. */
  readonly functions: Readonly<Record<string, { readonly codeSha256: string; readonly files?: readonly string[] }>>;
  /** Why some of them could not be read, in the words of whoever tried. */
  readonly unread?: readonly Problem[];
  /** The SHA-256 of the agents' zip in base64. */
  readonly agents: { readonly codeSha256: string };
  /** The account that the fleet lives in; roles are named after it. */
  readonly account: string;
}

/** The paths that a fleet file names, so that they can be read before it is parsed. Answers for broken files too. */
export function pathsIn(document: unknown): {
  readonly openapi?: string;
  readonly functions: Readonly<Record<string, string>>;
} {
  const section = (name: string): JsonObject => {
    const value = isObject(document) ? document[name] : undefined;
    return isObject(value) ? value : {};
  };
  const { openapi } = section('api');
  const functions = Object.entries(section('functions')).flatMap(([name, declared]): [string, string][] =>
    isObject(declared) && typeof declared['code'] === 'string' ? [[name, declared['code']]] : [],
  );
  return { ...(typeof openapi === 'string' && { openapi }), functions: Object.fromEntries(functions) };
}

/**
 * The fleet that a fleet file declares, or everything that is wrong with it.
 *
 * In   the document, parsed from YAML or JSON, and what the files it names hold
 * Out  { fleet } with every default filled in, or { problems }, each with its path in the file and a remedy
 */
export function parseFleetFile(
  document: unknown,
  files: FilesOfFleet,
): { readonly fleet: Fleet } | { readonly problems: readonly Problem[] } {
  const parsed = FleetFile.safeParse(document, { reportInput: true });
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap(problemsOfIssue);
    return { problems: [...issues, ...problemsBesides(issues, document, files)] };
  }
  const problems = [
    ...problemsOfFields(parsed.data),
    ...problemsOfFiles(Object.entries(parsed.data.functions), files),
    ...problemsOfHandlers(parsed.data, files),
  ];
  if (problems.length > 0) return { problems };
  const fleet = fleetOf(parsed.data, files);
  const withoutRoom = [...problemsOfOpenings({ fleet, members: [] })];
  return withoutRoom.length > 0 ? { problems: withoutRoom } : { fleet };
}

function problemsOfIssue(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      problem(path === '' ? key : `${path}.${key}`, issue.message, 'remove it, or correct its spelling'),
    );
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => problem(path, message, 'give it another name'));
  // zod's own words are kept but for their preamble, which says nothing.
  const says = issue.input === undefined ? 'is missing' : issue.message.replace(/^Invalid (?:input|option): /, '');
  return [problem(path === '' ? '(the file)' : path, says, remedyAt(issue.path))];
}

/** Of a file that has not its form yet, what can be told all the same: names, and the files that it leads to. */
function problemsBesides(issues: readonly Problem[], document: unknown, files: FilesOfFleet): readonly Problem[] {
  if (!isObject(document)) return [];
  const { members, ...rest } = document;
  const { openapi, functions } = pathsIn(document);
  const codes = Object.entries(functions).map(([name, code]) => [name, { code }] as const);
  // What answers the operations is told once there are functions, and a file that is not named was not looked for.
  const isApiTold = issues.some(({ path }) => /^(?:functions|api)\b/.test(path)) || openapi === undefined;
  return [
    ...problemsOfNames({ ...rest, members: isObject(members) ? members : undefined }),
    ...(isApiTold ? [...problemsOfCode(codes, files), ...(files.unread ?? [])] : problemsOfFiles(codes, files)),
  ].filter(({ path }) => !issues.some((issue) => path === issue.path || path.startsWith(`${issue.path}.`)));
}

type Codes = readonly (readonly [name: string, declared: { readonly code: string }])[];

function* problemsOfFiles(functions: Codes, files: FilesOfFleet): Generator<Problem, void> {
  yield* problemsOfCode(functions, files);
  const { unread = [] } = files;
  yield* unread;
  if (!unread.some(({ path }) => path === 'api.openapi'))
    yield* problemsOfOpenApi(
      files.openapi,
      functions.map(([name]) => name),
    );
  if (!/^\d{12}$/.test(files.account))
    yield problem(
      'account',
      `"${files.account}" is not twelve digits`,
      'sign in to the account the fleet shall live in',
    );
}

function* problemsOfCode(functions: Codes, files: FilesOfFleet): Generator<Problem, void> {
  for (const [name, { code }] of functions) {
    const path = `functions.${name}.code`;
    if (files.functions[name] === undefined && !files.unread?.some((found) => found.path === path))
      yield problem(path, `"${code}" was not read`, 'check the path: it counts from the fleet file');
  }
}

/** What of a package's files is told, so that its owner knows which one it is. */
const MOST_FILES_TOLD = 8;

/**
 * Handlers that are in no file of their function's code. Callers would be the first to know: Lambda takes any.
 *
 * Of runtimes other than Node.js the names of handlers are Lambda's to judge, and so is what lies in a layer.
 *
 * Source  aws-lambda-nodejs-runtime-interface-client, UserFunction.js: folder/module.export; `.js`, `.mjs`, `.cjs`
 */
function* problemsOfHandlers({ functions }: FleetFile, files: FilesOfFleet): Generator<Problem, void> {
  for (const [name, { code, handler, runtime }] of Object.entries(functions)) {
    const inside = files.functions[name]?.files;
    if (inside === undefined || !runtime.startsWith('nodejs') || handler.startsWith('/')) continue;
    const path = `functions.${name}.handler`;
    const [, module] = /^(?:\.\/)?((?:[^/]+\/)*[^/.]+)\.[^/]+$/.exec(handler) ?? [];
    if (module === undefined || handler.includes('..')) {
      yield problem(path, `"${handler}" does not name what its file exports`, remedyAt(['functions', name, 'handler']));
      continue;
    }
    const [script, ...others] = ['.js', '.mjs', '.cjs'].map((ending) => module + ending);
    if ([module, script, ...others].some((file) => file !== undefined && inside.includes(file))) continue;
    const more = inside.length > MOST_FILES_TOLD ? ` and ${inside.length - MOST_FILES_TOLD} more` : '';
    yield problem(
      path,
      `"${handler}" is in ${script}, ${others.join(' or ')} of ${code}, and there is none: it holds ${inside.slice(0, MOST_FILES_TOLD).join(', ')}${more}`,
      'write the file and what it exports, such as handler: index.handler; or correct the path of the code',
    );
  }
}

/** Only for a file without problems: every code and the OpenAPI document were read. */
function fleetOf(file: FleetFile, { openapi, functions: codes, agents, account }: FilesOfFleet): Fleet {
  const { fleet: name, standby, network, api, functions, roles, health, policies, members } = file;
  const { topology } = network;
  const roleArn = (role: string): string => `arn:aws:iam::${account}:role/landbridge-${name}-${role}`;
  return {
    version: 1,
    name,
    account,
    home: file.home,
    ...(standby !== undefined && { standby }),
    domain: file.domain,
    network: { ...network, topology: topology === 'mesh' ? { kind: 'mesh' } : { kind: 'hub', hub: topology.hub } },
    api: { openapi: openapi as JsonObject, stage: api.stage },
    functions: Object.fromEntries(
      Object.entries(functions).flatMap(([functionName, { code: _path, ...declared }]) => {
        const code = codes[functionName];
        return code === undefined ? [] : [[functionName, { ...declared, codeSha256: code.codeSha256 }]];
      }),
    ),
    roles: { function: roles.function ?? roleArn('function'), invoke: roles.invoke ?? roleArn('invoke') },
    agents,
    health,
    policies,
    members: Object.fromEntries(
      Object.entries(members).map(([region, { role, account: where, cidr, vpc, certificateArn }]) => [
        region,
        {
          role,
          // The control plane's own is not said: all else would be another word for it.
          ...(where !== undefined && where !== account && { account: where }),
          ...(cidr !== undefined && { cidr }),
          ...(vpc !== undefined && { vpc }),
          ...(certificateArn !== undefined && { certificateArn }),
        },
      ]),
    ),
  };
}
