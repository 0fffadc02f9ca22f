import { createHash } from 'node:crypto';
import { OWNER_TAG } from '../api/marks.js';

/** Whose something in AWS is: which install's, and which resource's of it. */
export interface Identity {
  ownerId: string;
  namespace: string;
  name: string;
  uid: string;
}

export type Tags = Readonly<Record<string, string>>;

/** On all that is made for a resource: its namespace and name. */
export const RESOURCE_TAG = 'sallyport.dev/private-link-endpoint';
/** On all that is made for one of its consumers: the consumer's name. */
export const CONSUMER_TAG = 'sallyport.dev/consumer';
/** On an endpoint that was made in place of one that failed: how many have failed in a row. */
export const FAILURES_TAG = 'sallyport.dev/failures';

/** `runners/gitlab` */
export function resourceOf({ namespace, name }: Identity): string {
  return `${namespace}/${name}`;
}

/** What is on everything that is made for the resource, or for one of its consumers. */
export function marksOf(identity: Identity, consumer?: string): Tags {
  const marks = { [OWNER_TAG]: identity.ownerId, [RESOURCE_TAG]: resourceOf(identity) };
  return consumer === undefined ? marks : { ...marks, [CONSUMER_TAG]: consumer };
}

export function isMarked(tags: Tags, marks: Tags): boolean {
  return Object.entries(marks).every(([key, value]) => tags[key] === value);
}

export function awsTags(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** For people: the console shows a Name. */
export function nameOf({ namespace, name }: Identity, consumer?: string): string {
  return ['sallyport', namespace, name, consumer].filter(Boolean).join('-');
}

/**
 * The same as long as nothing of its kind was seen since `former`, so that AWS knows a create for the one that a killed
 * process sent. AWS takes 64 characters.
 */
export function clientToken({ ownerId, uid }: Identity, ...parts: (string | undefined)[]): string {
  return digest([ownerId, uid, ...parts]);
}

/** What the caller references of a consumer's private zones begin with: the mark of a zone, in the call that makes it. */
export function zoneReference(identity: Identity, consumer: string): string {
  return `sallyport-${digest([identity.ownerId, resourceOf(identity), consumer]).slice(0, 32)}`;
}

function digest(parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
