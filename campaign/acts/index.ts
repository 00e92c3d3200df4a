import type { ActKind } from './act.ts';
import { faults } from './faults.ts';
import { files } from './files.ts';
import { operators } from './operators.ts';
import { strangers } from './strangers.ts';
import { weather } from './weather.ts';

const acts: Readonly<Record<string, ActKind>> = { ...operators, ...faults, ...strangers, ...files, ...weather };

export type ActName = string;
export const actNames: readonly ActName[] = Object.keys(acts);

/** Throws where nothing of that name can happen. */
export function actOf(name: ActName): ActKind {
  const act = acts[name];
  if (act === undefined) throw new Error(`nothing that happens is called ${name}; there are ${actNames.join(', ')}`);
  return act;
}
