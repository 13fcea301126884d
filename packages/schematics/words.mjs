import { createRequire } from 'node:module';

// A dependency of @nestjs/schematics, whose generators use the same plural forms.
const require = createRequire(import.meta.url);
const pluralize = createRequire(require.resolve('@nestjs/schematics'))('pluralize');

/** Singular and plural of a feature name: `task`, `tasks` and `modules/tasks` are the same feature. */
export function nameForms(name) {
  const kebab = name.split('/').pop();
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab) || kebab.length > 30)
    throw new Error(`"${kebab}" is not a feature name: up to 30 lower-case letters, digits and dashes.`);
  return { singular: pluralize.singular(kebab), plural: pluralize.plural(kebab) };
}

/**
 * Text of a template for a feature. A template is the code of a feature called samples: `Sample` in class names, `samples` in
 * variables, `samples-kebab` in paths, `samples_snake` in SQL and on the wire, `samples-words` in sentences.
 */
export function fill(template, { singular, plural }) {
  const names = /(\b[Aa] )?(sample|Sample)(s?)(-kebab|_snake|-words)?/g;
  return template.replace(names, (_all, article = '', word, many, style) => {
    const name = spell(many ? plural : singular, word === 'Sample' ? 'Class' : style);
    return (/^[aeiou]/.test(name) ? article.replace(' ', 'n ') : article) + name;
  });
}

function spell(kebab, style) {
  if (style === '-kebab') return kebab;
  if (style === '_snake') return kebab.replaceAll('-', '_');
  if (style === '-words') return kebab.replaceAll('-', ' ');
  const camel = kebab.replace(/-(\w)/g, (_dash, letter) => letter.toUpperCase());
  return style === 'Class' ? camel[0].toUpperCase() + camel.slice(1) : camel;
}
