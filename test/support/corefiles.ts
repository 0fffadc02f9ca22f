import fc from 'fast-check';

const blank = fc.constantFrom(' ', '\t', '  ', '\r', '\u00a0');
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', ' # a } comment {\n', '\n\n', '#x\n', ' #\n', '\n', '\n', ' ');
const indent = fc.constantFrom('', ' ', '    ', '\t');
const argument = fc.constantFrom(
  '.',
  'a',
  '"b c"',
  '"d\ne"',
  '"\\"f\\\\"',
  'g#h',
  '{$X}',
  '`i',
  'j,',
  '""',
  '{%Y%}',
  'é',
  '"<\u2028&>\t\u0001\u007f"',
);
const plugin = fc.constantFrom(
  'errors',
  'log',
  'forward',
  'bind',
  'view',
  'reload',
  'autopath',
  'rewrite name regex .* x',
);
const key = fc.constantFrom(
  '.:53',
  '.',
  'c',
  'b.c',
  'a.b.c:53',
  'b.c:5353',
  'tls://c',
  '{$ZONE}',
  '"c."',
  'c,',
  '10.0.0.0/8',
);

function glued(...parts: fc.Arbitrary<string | string[]>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((all) => all.flat().join(''));
}

function several(of: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string[]> {
  return fc.array(of, { maxLength });
}

const { directives } = fc.letrec<{ directive: string; directives: string[] }>((tie) => ({
  directive: glued(
    indent,
    fc.oneof(
      { weight: 5, arbitrary: glued(plugin, several(glued(blank, argument), 3)) },
      { weight: 1, arbitrary: fc.constantFrom('import s', 'import custom/*.override', 'import') },
      { weight: 1, arbitrary: glued(plugin, fc.constant(' {\n'), tie('directives'), indent, fc.constant('}')) },
    ),
    lineEnd,
  ),
  directives: fc.array(tie('directive'), { maxLength: 3, depthIdentifier: 'directives' }),
}));

const open = fc.constantFrom(' {\n', ' {\n', ' { # all\n', ' {#a ', '\n{\n', ' { ', ' {\r\n');
const block = glued(
  key,
  several(glued(blank, key), 1),
  open,
  directives,
  fc.constantFrom('}\n', '}\n', '  }\n\n', '} '),
);
const between = fc.constantFrom('# between\n', 'import custom/*.server\n', '(s) {\n errors\n}\n', '\n', '\ufeff');
/** Not a Corefile, most likely. */
const anything = several(
  fc.oneof(
    fc.constantFrom('{', '}', '"', '\\', '#', '\n', '\r', ' ', ',', 'import', '(s)', '.', 'c'),
    argument,
    fc.string(),
  ),
  30,
).map((parts) => parts.join(''));

/** Corefiles of all shapes: most are good, some lack something, some are nonsense. */
export const anyCorefile: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 9,
    arbitrary: several(fc.oneof({ weight: 3, arbitrary: block }, { weight: 1, arbitrary: between }), 5).map((parts) =>
      parts.join(''),
    ),
  },
  { weight: 1, arbitrary: anything },
);
