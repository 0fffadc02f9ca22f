import { writeFile } from 'node:fs/promises';
import { clusterId } from '../kube/cluster-id.js';
import { clusterClient, failureText, readOverview } from '../overview/read.js';
import { readAccess } from '../overview/read-access.js';
import { UNREAD_NEXT } from '../overview/unread.js';
import type { Printed } from '../printed.js';
import { mapPage } from './html.js';
import { mapData } from './map-data.js';
import { summary } from './page/words.js';

export interface MapOptions {
  /** A file, or `-`. */
  output: string;
  context?: string;
  /** The operator's. */
  namespace: string;
  ownerId?: string;
}

const EXIT_CODES = { whole: 0, unread: 1 };

/** `sallyport map`. Writes the file and nothing else. */
export async function runMap(options: MapOptions): Promise<Printed> {
  const stop = new AbortController();
  try {
    return await map(options, stop.signal);
  } catch (error) {
    const why = isFileError(error) ? error.message : failureText(error);
    if (why === undefined) throw error;
    return { stdout: '', stderr: `sallyport map: ${why}\n`, exitCode: EXIT_CODES.unread };
  } finally {
    stop.abort();
  }
}

async function map({ output, context, namespace, ownerId: given }: MapOptions, signal: AbortSignal): Promise<Printed> {
  const readAt = new Date();
  const client = clusterClient(context);
  const ownerId = given ?? (await clusterId(client));
  const overview = await readOverview(client);
  const access = await readAccess(overview, { client, namespace, ownerId, signal });
  const data = mapData({ overview: { ...overview, access }, ownerId, readAt });
  const page = mapPage(data);
  if (output !== '-') await writeFile(output, page);
  const unread = access.unread.map(({ where, message }) => `not read: ${where}: ${message}\n`);
  return {
    stdout: output === '-' ? page : `${output}: ${summary(data)}\n`,
    stderr: unread.length > 0 ? `${unread.join('')}${UNREAD_NEXT}\n` : '',
    exitCode: unread.length > 0 ? EXIT_CODES.unread : EXIT_CODES.whole,
  };
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && error.syscall === 'open';
}
