export interface Part {
  /** `text/x-shellscript` */
  type: string;
  content: string;
}

export const SHELL_SCRIPT = 'text/x-shellscript; charset="us-ascii"';

const BOUNDARY = '==SALLYPORT==';
/** Karpenter's, which writes the parts anew. */
const KARPENTER_BOUNDARY = '//';

/** Parts as a multi-part document. No part: empty. */
export function mimeText(parts: readonly Part[]): string {
  if (parts.length === 0) return '';
  const head = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n`;
  const bodies = parts.map(({ type, content }) => `--${BOUNDARY}\nContent-Type: ${type}\n\n${content}\n`);
  return `${head}${bodies.join('')}--${BOUNDARY}--\n`;
}

/** Types of what is no multi-part document, by how it begins. */
const TYPES: readonly [beginning: RegExp, type: string][] = [
  [/^#!/, SHELL_SCRIPT],
  [/^#cloud-config\b/, 'text/cloud-config'],
  [/^(#.*\n|---\n|\s)*(apiVersion: node\.eks\.aws|kind: NodeConfig)/, 'application/node.eks.aws'],
];

export type Parts = { ok: true; parts: Part[] } | { ok: false; message: string };

/** Reads a user's user data: nothing, one part, or a multi-part document. */
export function partsOf(userData: string): Parts {
  const text = userData.replaceAll('\r\n', '\n').trim();
  if (!text) return { ok: true, parts: [] };
  if (text.split('\n').some((line) => line.startsWith(`--${BOUNDARY}`) || line.startsWith(`--${KARPENTER_BOUNDARY}`))) {
    return {
      ok: false,
      message: `has a line that begins with --${BOUNDARY} or --${KARPENTER_BOUNDARY}; write it otherwise`,
    };
  }
  if (/^(MIME-Version|Content-Type):/i.test(text)) return archiveParts(text);
  const type = TYPES.find(([beginning]) => beginning.test(text))?.[1];
  return type
    ? { ok: true, parts: [{ type, content: `${text}\n` }] }
    : { ok: false, message: 'is of no kind that is known; begin it with #! or #cloud-config, or write a NodeConfig' };
}

/** @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1 */
function archiveParts(text: string): Parts {
  const [head, body] = halves(text);
  const boundary = /;\s*boundary="?([^";\n]+)"?/i.exec(head)?.[1];
  if (!boundary)
    return { ok: false, message: 'is a MIME document without boundary; write multipart/mixed; boundary="..."' };
  const sections = `\n${body}\n`.split(`\n--${boundary}`).slice(1);
  const end = sections.findIndex((section) => section.startsWith('--'));
  if (end < 0) return { ok: false, message: `has no line --${boundary}-- at its end; write it` };
  const parts: Part[] = [];
  for (const section of sections.slice(0, end)) {
    const [headers, content] = halves(section.replace(/^[ \t]*\n/, ''));
    const type = /^Content-Type: *(.+)$/im.exec(headers)?.[1];
    if (!type) return { ok: false, message: 'has a part without Content-Type; write it' };
    if (/^Content-Transfer-Encoding:/im.test(headers)) {
      return {
        ok: false,
        message: 'has a part with Content-Transfer-Encoding, which is lost on the way; write it plain',
      };
    }
    parts.push({ type, content: `${content.trimEnd()}\n` });
  }
  return { ok: true, parts };
}

/** What is before the first empty line, and what is after it. */
function halves(text: string): [head: string, rest: string] {
  const at = text.indexOf('\n\n');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)];
}
