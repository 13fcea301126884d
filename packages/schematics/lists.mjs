import ts from 'typescript';

/** Adds an import before the first import of the same folder that sorts after it, otherwise after all imports. */
export function addImport(text, statement) {
  const imports = parse(text).statements.filter(ts.isImportDeclaration);
  const folder = /'(\.\/modules\/)/.exec(statement)?.[1];
  const path = pathOf(parse(statement).statements[0]);
  const next = imports.find((one) => pathOf(one).startsWith(folder) && pathOf(one) > path);
  const at = next ? next.getStart() : imports.at(-1).end;
  return splice(text, at, next ? `${statement}\n` : `\n${statement}`);
}

/** Adds members to a class before the member with the given name. Undefined when the file has no such class or member. */
export function addMembers(text, { class: name, before }, members) {
  const found = findNode(parse(text), (node) => ts.isClassDeclaration(node) && nameOf(node) === name);
  const next = found?.members.find((member) => nameOf(member) === before);
  return next && splice(text, next.getStart(), `${members.join('\n\n')}\n\n`);
}

/**
 * Adds items to a list or table of a file: the one with the name `list`, or the first with an item that matches `beside`. The items
 * are added at the end, in sort order, or before the item `before`. Undefined when the file has no such list.
 */
export function addItems(text, { list, beside, before, sorted = false }, items) {
  const found = findNode(parse(text), (node) => {
    const literal = literalOf(node);
    return (
      literal &&
      (beside ? itemsOf(literal).some((item) => beside.test(item.getText())) : nameOf(node) === list)
    );
  });
  if (!found) return undefined;
  const literal = literalOf(found);
  const present = itemsOf(literal);
  const added = items.join(',\n');
  const next = present.find((item) => item.getText() === before || (sorted && item.getText() > items[0]));
  if (next) return splice(text, next.getStart(), `${added},\n`);
  return present.length > 0
    ? splice(text, present.at(-1).end, `,\n${added}`)
    : splice(text, literal.getStart() + 1, `\n${added},\n`);
}

function parse(text) {
  return ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
}

function findNode(node, matches) {
  return matches(node) ? node : ts.forEachChild(node, (child) => findNode(child, matches));
}

/** List or object literal of a node: `[…]`, `{ … } satisfies Table`, `imports: […]`, `const list = […]`. */
function literalOf(node) {
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) return node;
  if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node))
    return node.initializer && literalOf(node.initializer);
  return ts.isSatisfiesExpression(node) || ts.isAsExpression(node) ? literalOf(node.expression) : undefined;
}

function itemsOf(literal) {
  return ts.isArrayLiteralExpression(literal) ? literal.elements : literal.properties;
}

const nameOf = (node) => node.name?.getText();
const pathOf = (declaration) => declaration.moduleSpecifier.text;
const splice = (text, at, added) => text.slice(0, at) + added + text.slice(at);
