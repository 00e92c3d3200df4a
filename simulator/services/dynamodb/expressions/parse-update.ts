import { Reader } from './reader.ts';
import type { Assigned, Parsed, Path, Term, Update, Value } from './syntax.ts';

const clauses = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** Reads an update expression. Source: "Using update expressions in DynamoDB": each clause at most once, in any order. */
export function parseUpdate(text: string): Parsed<Update> {
  const reader = new Reader('UpdateExpression', text);
  const set: { path: Path; to: Assigned }[] = [];
  const remove: Path[] = [];
  const add: { path: Path; by: Value }[] = [];
  const deletes: { path: Path; members: Value }[] = [];
  const actionOf = {
    SET: () => {
      const path = reader.expectPath();
      reader.expectSymbol('=');
      set.push({ path, to: assigned(reader) });
    },
    REMOVE: () => remove.push(reader.expectPath()),
    ADD: () => add.push({ path: reader.expectPath(), by: reader.expectValue() }),
    DELETE: () => deletes.push({ path: reader.expectPath(), members: reader.expectValue() }),
  };
  const seen = new Set<string>();
  while (!reader.atEnd) {
    const clause = reader.takeKeyword(...clauses);
    if (clause === undefined) throw reader.unexpected();
    if (seen.has(clause))
      throw reader.failure(`The "${clause}" section can only be used once in an update expression;`);
    seen.add(clause);
    do actionOf[clause]();
    while (reader.takeSymbol(','));
  }
  return { tree: { set, remove, add, delete: deletes }, names: reader.names, values: reader.values };
}

function assigned(reader: Reader): Assigned {
  const left = term(reader);
  const sign = reader.takeSymbol('+', '-');
  if (sign === undefined) return left;
  return { kind: 'sum', left, right: term(reader), sign: sign === '+' ? 1 : -1 };
}

function term(reader: Reader): Term {
  const called = reader.takeFunction();
  switch (called) {
    case undefined:
      return reader.takeValue() ?? reader.expectPath();
    case 'if_not_exists': {
      const path = reader.expectPath();
      reader.expectSymbol(',');
      const otherwise = term(reader);
      reader.expectSymbol(')');
      return { kind: 'if_not_exists', path, otherwise };
    }
    case 'list_append': {
      const head = term(reader);
      reader.expectSymbol(',');
      const tail = term(reader);
      reader.expectSymbol(')');
      return { kind: 'list_append', head, tail };
    }
    default:
      throw reader.failure(`Invalid function name; function: ${called}`);
  }
}
