import { CorefileError, type Result, resultOf } from './error.js';
import { lex, type Token } from './lexer.js';

/** A Corefile as far as an editor must know it. All places are in `text`. */
export interface Corefile {
  text: string;
  tokens: readonly Token[];
  blocks: readonly ServerBlock[];
  /** Imports between server blocks. What they bring isn't known: server blocks, most likely. */
  imports: readonly Import[];
}

export interface ServerBlock {
  /** As written: `.:53`, `dns://example.com`. */
  keys: readonly string[];
  open: Token;
  /** In the order of the file, those of snippets in place of their imports. */
  directives: readonly Directive[];
  /** Imports of files, whose directives aren't known. */
  imports: readonly Import[];
}

/** A directive with its arguments and its own block, all that is in it included. */
export interface Directive {
  name: string;
  tokens: readonly Token[];
}

export interface Import {
  pattern: string;
  line: number;
}

/**
 * Reads a Corefile as CoreDNS does (coredns/caddy, caddyfile/parse.go), but for files that are imported and for the
 * environment: both are only in CoreDNS' pods. An error is `NoBraces`, `Unbalanced` or `Syntax`.
 */
export function parseCorefile(text: string): Result<Corefile> {
  return resultOf(() => parse(text));
}

/** @throws CorefileError */
export function parse(text: string): Corefile {
  return new Parser(text).parse();
}

/** As many as CoreDNS allows. */
const maxSnippetImports = 10_000;

class Parser {
  readonly #text: string;
  /** The imports of snippets are replaced in place; what came from them keeps its lines, as in CoreDNS. */
  readonly #tokens: Token[];
  readonly #snippets = new Map<string, Token[]>();
  #snippetImports = 0;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = lex(text);
  }

  parse(): Corefile {
    const tokens = [...this.#tokens];
    const blocks: ServerBlock[] = [];
    const imports: Import[] = [];
    while (this.#token) {
      if (this.#isAtImport()) imports.push(this.#takeImport());
      else blocks.push(...this.#block());
    }
    return { text: this.#text, tokens, blocks, imports };
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #block(): ServerBlock[] {
    const keys = this.#keys();
    const open = this.#next();
    const name = keys.length === 1 ? /^\((.*)\)$/s.exec(keys[0] ?? '')?.[1] : undefined;
    if (name === undefined) return [{ keys, open, ...this.#contents() }];
    if (this.#snippets.has(name)) throw new CorefileError('Syntax', `a second snippet (${name})`, open.line);
    this.#snippets.set(name, this.#snippet());
    return [];
  }

  /** Up to the opening brace. Keys go on in the next line after a comma. A block without any is nothing to CoreDNS. */
  #keys(): string[] {
    if (this.#token?.text === '{') return [];
    const keys: string[] = [];
    const first = this.#next();
    let isMore = false;
    for (let key = first; ; key = this.#next()) {
      if (key.text === '}') throw new CorefileError('Unbalanced', 'a } that closes nothing', key.line);
      isMore = key.text.endsWith(',') || (isMore && key.text === '');
      if (key.text) keys.push(key.text.replace(/,$/, ''));
      if (this.#token?.text === '{' && !isMore) return keys;
      if (!this.#token || (this.#isNewLine() && !isMore)) {
        throw new CorefileError('NoBraces', `${first.text} isn't followed by a { of its own`, first.line);
      }
      if (this.#token.text === '{' || this.#isAtImport()) {
        throw new CorefileError('Syntax', 'a comma that no key follows', key.line);
      }
    }
  }

  #contents(): Pick<ServerBlock, 'directives' | 'imports'> {
    const directives: Directive[] = [];
    const imports: Import[] = [];
    for (;;) {
      if (this.#token?.text === '}') break;
      if (this.#token?.text === 'import') imports.push(...this.#import());
      else directives.push(this.#directive(imports));
    }
    this.#at++;
    return { directives, imports };
  }

  #directive(imports: Import[]): Directive {
    const first = this.#next();
    if (first.text === '{') throw new CorefileError('Syntax', 'a { where a directive should be', first.line);
    const tokens = [first];
    let depth = 0;
    while (this.#token) {
      const { text, line } = this.#token;
      if (text !== '{' && depth === 0 && this.#isNewLine()) break;
      if (text === '}' && depth === 0) throw new CorefileError('Syntax', 'a } that must be on its own line', line);
      if (this.#isAtImport()) {
        imports.push(...this.#import());
        continue;
      }
      if (text === '{') depth++;
      if (text === '}') depth--;
      tokens.push(this.#next());
    }
    if (depth > 0) throw new CorefileError('Unbalanced', `${first.text} has a { that nothing closes`, first.line);
    return { name: first.text, tokens };
  }

  /** Its words, up to the brace that closes it. What its imports bring depends on where it is imported itself. */
  #snippet(): Token[] {
    const tokens: Token[] = [];
    for (let depth = 1; ; tokens.push(this.#next())) {
      if (this.#token?.text === '{') depth++;
      if (this.#token?.text === '}') depth--;
      if (depth === 0) break;
    }
    this.#at++;
    return tokens;
  }

  /** Puts a snippet's words in place of its import; returns the import of a file. */
  #import(): Import[] {
    const imported = this.#takeImport();
    const snippet = this.#snippets.get(imported.pattern);
    if (!snippet) return [imported];
    if (++this.#snippetImports > maxSnippetImports) {
      throw new CorefileError('Syntax', `more than ${maxSnippetImports} imports of snippets`, imported.line);
    }
    this.#tokens.splice(this.#at, 0, ...snippet);
    return [];
  }

  #takeImport(): Import {
    const { line } = this.#next();
    const argument = this.#next();
    if (!argument.text || argument.line > line || this.#token?.line === argument.lastLine) {
      throw new CorefileError('Syntax', 'import takes one argument', line);
    }
    this.#at -= 2;
    this.#tokens.splice(this.#at, 2);
    return { pattern: argument.text, line };
  }

  #isAtImport(): boolean {
    return this.#token?.text === 'import' && this.#isNewLine();
  }

  #isNewLine(): boolean {
    const former = this.#tokens[this.#at - 1];
    return !former || !this.#token || former.lastLine < this.#token.line;
  }

  #next(): Token {
    const token = this.#token;
    if (!token) throw new CorefileError('Unbalanced', 'the Corefile ends before all that it opened is closed');
    this.#at++;
    return token;
  }
}
