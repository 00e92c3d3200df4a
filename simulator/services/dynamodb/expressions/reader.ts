import type { AwsError } from '../../../aws-error.ts';
import { invalid } from '../validation-error.ts';
import { reservedWords } from './reserved-words.ts';
import type { Path, Value } from './syntax.ts';

/** The parameter an expression came in; error messages begin with it. */
export type ExpressionName =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s*(?:(#[\w]+)|(:[\w]+)|([A-Za-z_]\w*)|(\d+)|(<>|<=|>=|[=<>()[\].,+-])|(\S))/y;
const MAX_BYTES = 4096;

/** Reads the tokens of one expression from left to right, and remembers the placeholders it met. */
export class Reader {
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  readonly #expression: ExpressionName;
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #next = 0;

  constructor(expression: ExpressionName, text: string) {
    this.#expression = expression;
    this.#text = text;
    if (text.trim() === '') throw this.failure('The expression can not be empty;');
    if (Buffer.byteLength(text) > MAX_BYTES)
      throw this.failure(`Expression size has exceeded the maximum allowed size; expression size: ${text.length}`);
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      const [whole, name, value, word, number, symbol, stray] = match;
      const found = name ?? value ?? word ?? number ?? symbol ?? stray ?? '';
      const kind = name ? 'name' : value ? 'value' : word ? 'word' : number ? 'number' : 'symbol';
      this.#tokens.push({ kind, text: found, at: match.index + whole.length - found.length });
    }
    this.#tokens.push({ kind: 'end', text: '<EOF>', at: text.length });
  }

  failure(message: string): AwsError {
    return invalid(`Invalid ${this.#expression}: ${message}`);
  }

  unexpected(): AwsError {
    const token = this.#peek();
    const before = this.#tokens[this.#next - 1] ?? token;
    const after = this.#tokens[this.#next + 1] ?? token;
    const near = this.#text.slice(before.at, after.kind === 'end' ? undefined : after.at + after.text.length);
    return this.failure(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? (this.#tokens.at(-1) as Token);
  }

  get atEnd(): boolean {
    return this.#peek().kind === 'end';
  }

  expectEnd(): void {
    if (!this.atEnd) throw this.unexpected();
  }

  /** The symbol that comes next, if it is one of these; passed over. */
  takeSymbol<Symbol extends string>(...symbols: readonly Symbol[]): Symbol | undefined {
    const { kind, text } = this.#peek();
    const found = kind === 'symbol' ? symbols.find((symbol) => symbol === text) : undefined;
    if (found !== undefined) this.#next += 1;
    return found;
  }

  expectSymbol(symbol: string): void {
    if (this.takeSymbol(symbol) === undefined) throw this.unexpected();
  }

  /** Keywords are written in any case. */
  takeKeyword<Keyword extends string>(...keywords: readonly Keyword[]): Keyword | undefined {
    const { kind, text } = this.#peek();
    if (kind !== 'word') return undefined;
    const upper = text.toUpperCase();
    const found = keywords.find((keyword) => keyword === upper);
    if (found !== undefined) this.#next += 1;
    return found;
  }

  expectKeyword(keyword: string): void {
    if (this.takeKeyword(keyword) === undefined) throw this.unexpected();
  }

  /** A function's name with its opening parenthesis. Names of functions are written in lower case, exactly. */
  takeFunction(): string | undefined {
    const { kind, text } = this.#peek();
    const opens = this.#peek(1);
    if (kind !== 'word' || opens.kind !== 'symbol' || opens.text !== '(') return undefined;
    this.#next += 2;
    return text;
  }

  takeValue(): Value | undefined {
    const { kind, text } = this.#peek();
    if (kind !== 'value') return undefined;
    this.#next += 1;
    this.values.add(text);
    return { kind: 'value', placeholder: text };
  }

  expectValue(): Value {
    const value = this.takeValue();
    if (value === undefined) throw this.unexpected();
    return value;
  }

  expectPath(): Path {
    const steps: (string | number)[] = [this.#expectStep()];
    for (;;) {
      if (this.takeSymbol('.') !== undefined) {
        steps.push(this.#expectStep());
      } else if (this.takeSymbol('[') !== undefined) {
        const { kind, text } = this.#peek();
        if (kind !== 'number') throw this.unexpected();
        this.#next += 1;
        steps.push(Number(text));
        this.expectSymbol(']');
      } else {
        return { kind: 'path', steps };
      }
    }
  }

  #expectStep(): string {
    const { kind, text } = this.#peek();
    if (kind === 'name') {
      this.names.add(text);
    } else if (kind !== 'word') {
      throw this.unexpected();
    } else if (reservedWords.has(text.toUpperCase())) {
      throw this.failure(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    this.#next += 1;
    return text;
  }
}
