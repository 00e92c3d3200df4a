import { agents } from './agents.ts';
import { api } from './api.ts';
import type { LookAlike } from './look-alike.ts';
import { network } from './network.ts';

/** By kind. A kind without an entry fails its laws: whoever adds one says here how it could be mistaken. */
export const lookAlikes: Readonly<Record<string, LookAlike>> = { ...network, ...api, ...agents };
