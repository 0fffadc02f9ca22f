import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { ProbeResult } from './result.js';

/**
 * Of EC2's instance metadata service, by IPv4 and IPv6.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export const METADATA_SERVICES = ['http://169.254.169.254', 'http://[fd00:ec2::254]'];

export interface ProbeOptions {
  /** URLs. */
  metadata: readonly string[];
  /** How long each is waited for, in milliseconds. */
  waitMs: number;
  /** The role that is to be had; absent: none is, and STS isn't asked. */
  roleArn?: string | undefined;
}

/** Sees what a job would, where it runs. */
export async function probe({ metadata, waitMs, roleArn }: ProbeOptions): Promise<ProbeResult> {
  // First, since credentials may come from there.
  const answers = await Promise.all(metadata.map(async (url) => ((await answersAt(url, waitMs)) ? [url] : [])));
  return { metadata: answers.flat(), ...(roleArn && { identity: await identity() }) };
}

/** By version 2 or 1: any answer will do, for a refusal comes from it too. */
async function answersAt(url: string, waitMs: number): Promise<boolean> {
  const ttl = { 'X-aws-ec2-metadata-token-ttl-seconds': '21600' };
  const answers = await Promise.all([
    answered(`${url}/latest/api/token`, { method: 'PUT', headers: ttl }, waitMs),
    answered(`${url}/latest/meta-data/`, {}, waitMs),
  ]);
  return answers.includes(true);
}

async function answered(url: string, request: RequestInit, waitMs: number): Promise<boolean> {
  try {
    const answer = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(waitMs) });
    await answer.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** By the credentials that the SDKs of jobs find. */
async function identity(): Promise<NonNullable<ProbeResult['identity']>> {
  const sts = new STSClient({ requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000 } });
  try {
    const { Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand());
    return { arn };
  } catch (cause) {
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    return { error: `${name}: ${message}`.split('\n', 1)[0] ?? '' };
  } finally {
    sts.destroy();
  }
}
