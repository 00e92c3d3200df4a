import type { AgentName } from '../../control-plane/model/agents.ts';
import type { Handler } from '../runtime/task.ts';
import { handler as bit } from './bit.ts';
import { handler as probe } from './probe.ts';
import { handler as watch } from './watch.ts';

/** The functions that every member has of ours. All are in one package, whose handlers are called 'index.probe' and so on. */
export const agentHandlers: Readonly<Record<AgentName, Handler>> = { probe, watch, bit };
