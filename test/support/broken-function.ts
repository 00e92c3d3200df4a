import { throwing } from '../../local/faults/ways.ts';
import { attachHostCode, type HostCode } from '../../simulator/services/lambda/host.ts';
import { lambdaHome } from '../../simulator/services/lambda/state.ts';
import type { World } from '../../simulator/world.ts';

/** A function of the control plane throws, or does as told, whenever it is called, until what this answers is called. */
export function brokenFunction(world: World, home: string, name: string, how: HostCode = throwing): () => void {
  const { account } = world;
  const before = world.state(lambdaHome, { account, region: home }).functions.get(`landbridge-${name}`)?.hostCode;
  if (before === undefined) throw new Error(`no function of the control plane is called ${name}`);
  const arn = `arn:aws:lambda:${home}:${account}:function:landbridge-${name}`;
  attachHostCode(world, arn, how);
  return () => attachHostCode(world, arn, before);
}
