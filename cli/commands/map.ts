import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { write } from '../../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import { problem } from '../../control-plane/model/problem.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { container, text } from '../../map/markup.ts';
import { contextOf, fleetNamed } from '../context.ts';
import { BadInput } from '../exit.ts';

/** What the dashboard asks for its picture. */
const WIDGET = 'landbridge-fleet-widget';

export const map = (): Command =>
  new Command('map')
    .description('write the fleet as its dashboard shows it into a page: a map, how everybody is, incidents, links')
    .argument('<file>', 'the page to write, fleet.html for one; it is written over')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .action(async (file: string, options: { fleet?: string }, command: Command) => {
      const context = await contextOf(command);
      const fleet = await fleetNamed(options.fleet, context);
      keep(file, pageOf(fleet, await widgetOf(fleet, context.runtime)));
      context.print.line(`${file} shows ${fleet}: open it in a browser`);
      context.print.json({ fleet, file });
    });

/**
 * The widget's HTML, from the function that a dashboard asks: the same picture, by the clock of where it runs.
 *
 * Faults  Absent where the control plane is not deployed; Unavailable where the function failed
 */
async function widgetOf(fleet: string, { call, settings }: Runtime): Promise<string> {
  const payload = JSON.stringify({ widgetContext: { params: { fleet } } });
  const invoking = write(settings.home, 'lambda', 'invoke', { FunctionName: WIDGET, Payload: Buffer.from(payload) });
  const answer = await converse(invoking, call).catch((error: unknown): never => {
    if (!isFault(error, 'Absent')) throw error;
    const where = `there is no function ${WIDGET} in ${settings.home}`;
    throw new Fault('Absent', `${where}: landbridge deploy puts it there, and --home names another Region`, {
      cause: error,
    });
  });
  const said = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError !== undefined)
    throw new Fault('Unavailable', `${WIDGET} in ${settings.home} failed: ${said}; its log says why`);
  return JSON.parse(said) as string;
}

/** The widget as a page of its own, light or dark as whoever opens it has it. */
function pageOf(fleet: string, widget: string): string {
  const title = container('title', {}, text(`Landbridge: ${fleet}`)).markup;
  const look = 'body{max-width:1180px;margin:24px auto;padding:0 16px;color-scheme:light dark}';
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${title}<style>:root{color-scheme:light dark;background:#fff}@media (prefers-color-scheme:dark){:root{background:#0e1621}}${look}</style></head><body>${widget}</body></html>\n`;
}

function keep(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    const says = `cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    throw new BadInput([problem(file, says, 'name a file in a folder that is there')]);
  }
}
