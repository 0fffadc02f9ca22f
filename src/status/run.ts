import { clusterClient, failureText, readOverview } from '../overview/read.js';
import { json, type Printed, terminalColors } from '../printed.js';
import { statusReport } from './report.js';
import { statusText } from './text.js';

export interface StatusOptions {
  context?: string;
  /** Of endpoints and pools; absent: all. */
  namespace?: string;
  output: 'text' | 'json';
}

const EXIT_CODES = { well: 0, notReady: 1, unread: 2 };

/** `sallyport status`. Reads the cluster, and nothing else. */
export async function runStatus({ context, namespace, output }: StatusOptions): Promise<Printed> {
  try {
    const report = statusReport(await readOverview(clusterClient(context), namespace));
    const stdout = output === 'json' ? json(report) : statusText(report, terminalColors());
    return { stdout, stderr: '', exitCode: report.well ? EXIT_CODES.well : EXIT_CODES.notReady };
  } catch (error) {
    const why = failureText(error);
    if (why === undefined) throw error;
    return { stdout: '', stderr: `sallyport status: ${why}\n`, exitCode: EXIT_CODES.unread };
  }
}
