import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LONGEST_LINE_MS, PACE } from '../../handlers/runtime/booked-turns.ts';
import type { MadeCall } from '../../simulator/world.ts';
import type { TableView } from '../table-view.ts';

interface Update {
  readonly Key?: Readonly<Record<string, AttributeValue>>;
  readonly UpdateExpression?: string;
}

/** How long calls stood in line for their turn, by the rows in which runs book it. */
export class Lines {
  /** From the moment of a booking until the last of what was booked is due. */
  longestMs = 0;
  /** Bookings that found a line too long to stand in, or that made it so. */
  tooLong = 0;

  readonly #table: TableView;

  constructor(table: TableView) {
    this.#table = table;
  }

  called({ service, operation, input, atMs }: MadeCall): void {
    if (service !== 'dynamodb' || operation !== 'UpdateItem') return;
    const { Key: { pk, sk } = {}, UpdateExpression: says } = input as Update;
    if (pk?.S !== PACE) return;
    const dueMs = Number(this.#table.row(PACE, sk?.S ?? '')?.['dueMs'] ?? 0);
    // Told of bookings that were refused, too: the row is as it was.
    if (dueMs - atMs > LONGEST_LINE_MS && says?.startsWith('ADD') === true) this.tooLong += 1;
    this.longestMs = Math.max(this.longestMs, dueMs - atMs);
  }
}
