/** A command that a page shows, and what it is said to print. */
export interface ShownCommand {
  command: string;
  /** Lines; `...` stands for any. */
  printed: string[];
}

export interface Fence {
  language: string;
  text: string;
}

/** Fenced blocks of a page; in lists, without their indentation. */
export function fences(page: string, language?: string): Fence[] {
  return [...page.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)]
    .map(([, indent = '', language = '', text = '']) => ({
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }))
    .filter((fence) => language === undefined || fence.language === language);
}

/** What is typed after `$ `, and where the shell asks for more, `> `. */
export function commandsOf(block: string): ShownCommand[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [first = '', ...rest] = part.trimEnd().split('\n');
      const end = rest.findIndex((line) => !line.startsWith('> '));
      const more = end < 0 ? rest : rest.slice(0, end);
      return { command: [first, ...more.map((line) => line.slice(2))].join('\n'), printed: rest.slice(more.length) };
    });
}
