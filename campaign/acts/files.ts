import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { ActKind } from './act.ts';

/** Somebody puts another fleet file in force, whatever is under way. */
const puts = (change: (fleet: Fleet) => Fleet): ActKind => ({
  family: 'file',
  isDrawn: true,
  async begin({ bed, trial }) {
    await bed.store().put(change(trial.state.declared.fleet));
  },
});

const MORE_MEMORY_MB = 128;
const MOST_MEMORY_MB = 1_024;

type FunctionSpec = Fleet['functions'][string];

const eachFunction = (fleet: Fleet, change: (spec: FunctionSpec, name: string) => FunctionSpec): Fleet => ({
  ...fleet,
  functions: Object.fromEntries(
    Object.entries(fleet.functions).map(([name, spec]) => [name, change(spec, name)] as const),
  ),
});

const biggerFunctions = (fleet: Fleet): Fleet =>
  eachFunction(fleet, (spec) => ({
    ...spec,
    memoryMb: spec.memoryMb >= MOST_MEMORY_MB ? MORE_MEMORY_MB : spec.memoryMb + MORE_MEMORY_MB,
  }));

/** The first path once more, under a name that nobody has. */
function anotherPath(fleet: Fleet): Fleet {
  const paths = fleet.api.openapi['paths'] as Readonly<Record<string, unknown>>;
  const [first] = Object.values(paths);
  const openapi = { ...fleet.api.openapi, paths: { ...paths, [`/more-${Object.keys(paths).length}`]: first } };
  return { ...fleet, api: { ...fleet.api, openapi } };
}

/** What people change about a fleet while it runs. */
export const files: Readonly<Record<string, ActKind>> = {
  'functions get more memory': puts(biggerFunctions),
  'the API gets another path': puts(anotherPath),
  // Whatever it is brought to answers nobody any more, until somebody puts the file right.
  'functions get a handler that is not there': {
    ...puts((fleet) => eachFunction(fleet, (spec) => ({ ...spec, handler: 'index.nowhere' }))),
    async end({ bed, trial }) {
      const { fleet } = trial.state.declared;
      await bed
        .store()
        .put(eachFunction(fleet, (spec, name) => ({ ...spec, handler: bed.fleet.functions[name]?.handler ?? '' })));
    },
  },
  'failures are told later or sooner': puts((fleet) => ({
    ...fleet,
    health: { ...fleet.health, failAfterRounds: fleet.health.failAfterRounds === 2 ? 3 : 2 },
  })),
};
