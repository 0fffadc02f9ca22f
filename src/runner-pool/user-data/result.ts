/** What is wrong with a pool, and what to write instead. */
export interface Problem {
  /** Of the field, or of the setting in it: `spec.nodes.userData: settings.kubernetes.max-pods`. */
  path: string;
  message: string;
}

/** A file that a node needs. */
export interface NodeFile {
  path: string;
  content: string;
}

export interface UserData {
  /** Empty: the node needs none. */
  text: string;
  /** Of the text, with what the provisioner adds at most. */
  bytes: number;
  /** What `text` doesn't write, since it is the user's own: with os Custom. */
  files: readonly NodeFile[];
  /** What may be wrong; the nodes get the user data all the same. */
  notes: readonly Problem[];
}

export type Rendered = { ok: true; value: UserData } | { ok: false; problems: readonly Problem[] };

export const USER_DATA = 'spec.nodes.userData';

export function problemText({ path, message }: Problem): string {
  return `${path}: ${message}`;
}
