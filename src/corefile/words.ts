import type { Finding } from './findings.js';

/** A finding for people, with the way out: `line 4: autopath ...: take it out, or ...`. Without a full stop. */
export function findingText(finding: Finding): string {
  switch (finding.kind) {
    case 'Autopath':
      return `line ${finding.line}: autopath takes search domains off after names are rewritten, so pods still get public addresses: take it out, or use mode JobDNS`;
    case 'NoReload':
      return 'nothing has CoreDNS load the Corefile again: add the plugin reload, or restart CoreDNS after each change';
    case 'ImportedBlocks':
      return `line ${finding.line}: a server block imported from ${finding.pattern} may answer instead: see that none is for these names`;
    case 'ImportedDirectives':
      return `line ${finding.line}: what is imported from ${finding.pattern} isn't seen here: see that autopath isn't among it`;
    case 'KeyFromEnvironment':
      return `line ${finding.line}: only CoreDNS' pods know the zone ${finding.key}, and its server block may answer instead: write the zone itself`;
    case 'SeveralBlocks':
      return `${finding.from} comes to the server blocks of lines ${finding.lines.join(', ')}, by view or address, and is rewritten in each: nothing to do where that is meant`;
    case 'OtherBlock':
      return `line ${finding.line}: this server block for ${finding.to} isn't asked on behalf of ${finding.from}: have the one that answers for ${finding.from} resolve it too`;
    case 'OtherRewrite':
      return `line ${finding.line}: another rewrite of ${finding.from}, to ${finding.to}, has no effect any more: take it out`;
    case 'EditedByHand':
      return `line ${finding.line}: bears Sallyport's mark, but was changed and is left alone: take it out, or take its mark off: ${finding.text}`;
  }
}
