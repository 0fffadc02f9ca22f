import { compile, type JSONValue, search, tokenize } from '@jmespath-community/jmespath';
import type { Problem } from '../../../api/problem.js';
import { HttpSourceError } from './error.js';

/** What is wrong with a JMESPath expression, as far as that can be told without a document. */
export function selectorProblem(expression: string): Problem | undefined {
  try {
    parse(expression);
    return undefined;
  } catch (error) {
    if (!(error instanceof HttpSourceError)) throw error;
    return { reason: error.reason, message: error.message };
  }
}

/** What `expression` gives of a JSON document. */
export function select(text: string, expression: string): JSONValue {
  parse(expression);
  const document = parseJson(text);
  try {
    return search(document, expression);
  } catch (error) {
    throw invalid(expression, error instanceof Error ? error.message : String(error));
  }
}

function parse(expression: string): void {
  try {
    compile(expression);
  } catch (error) {
    throw invalid(expression, error instanceof Error ? error.message : String(error));
  }
  // The library takes `service='S3'` for an assignment, which is true of every item: the filter would let all through.
  if (tokenize(expression).some(({ type }) => String(type) === 'Assign')) throw invalid(expression, 'write == for =');
}

function invalid(expression: string, why: string): HttpSourceError {
  return new HttpSourceError('InvalidSelector', `select ${JSON.stringify(expression)}: ${why}`);
}

function parseJson(text: string): JSONValue {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the document.
    throw new HttpSourceError('InvalidDocument', 'the document is not JSON; check what is there');
  }
}
