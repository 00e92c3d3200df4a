import { createInterface } from 'node:readline/promises';

/** Puts a question to whoever sits at the terminal, on standard error; `undefined` where nobody does. */
export function question(): ((text: string) => Promise<string>) | undefined {
  return process.stdin.isTTY ? ask : undefined;
}

async function ask(text: string): Promise<string> {
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await asked.question(text);
  } finally {
    asked.close();
  }
}
