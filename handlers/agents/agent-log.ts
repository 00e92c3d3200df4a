import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { plainJson } from '../../control-plane/model/plain-text.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** One line of JSON in the function's log. */
export interface AgentLog {
  info(message: string, fields?: LogAttributes): void;
  warn(message: string, fields?: LogAttributes): void;
}

/** Powertools' own attributes, but for the time: it is the runtime's, and not the machine's. */
class RuntimeFormatter extends LogFormatter {
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    super();
    this.#nowMs = nowMs;
  }

  override formatAttributes({ logLevel, message, serviceName }: UnformattedAttributes, more: LogAttributes): LogItem {
    const timestamp = new Date(this.#nowMs()).toISOString();
    return new LogItem({ attributes: { level: logLevel, message, timestamp, service: serviceName } }).addAttributes(
      more,
    );
  }
}

/** Powertools' Logger, printing where the runtime prints. */
class RuntimeLogger extends Logger {
  readonly #print: (line: string) => void;

  constructor({ print, nowMs, settings }: Runtime, agent: string) {
    super({
      serviceName: `landbridge-${agent}`,
      logLevel: 'INFO',
      logFormatter: new RuntimeFormatter(nowMs),
      persistentKeys: { fleet: settings.fleet, member: settings.region },
    });
    this.#print = print;
  }

  override printLog(_: number, log: LogItem): void {
    log.prepareForPrint();
    this.#print(plainJson(log.getAttributes(), undefined, this.getJsonReplacer()));
  }
}

/** Made when something is said: most minutes of most members are quiet. */
export function agentLog(runtime: Runtime, agent: 'watch' | 'bit'): AgentLog {
  let logger: Logger | undefined;
  const log = (): Logger => (logger ??= new RuntimeLogger(runtime, agent));
  return {
    info: (message, fields = {}) => log().info(message, fields),
    warn: (message, fields = {}) => log().warn(message, fields),
  };
}
