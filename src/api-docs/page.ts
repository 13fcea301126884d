/** Documentation pages in the order of the navigation. */
const PAGES = [
  ['/docs', 'Start'],
  ['/docs/rest', 'REST'],
  ['/docs/events', 'Commands and events'],
  ['/docs/asyncapi', 'AsyncAPI'],
  ['/docs/errors', 'Errors'],
] as const;

/** Self-contained page without scripts. Follows the light or dark color scheme of the system. */
export function renderPage(path: string, title: string, body: string, style = ''): string {
  return renderDocument(
    path,
    title,
    `<style>${BASE}${style}</style>`,
    `<h1>${title}</h1>
${body}`,
  );
}

/** Page below /docs with the navigation. */
export function renderDocument(path: string, title: string, head: string, body: string): string {
  const links = PAGES.map(([to, name]) =>
    to === path ? `<b aria-current="page">${name}</b>` : `<a href="${to}">${name}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${title} · TMS Messaging Server</title>
<style>${NAV}</style>
${head}
<body>
<nav>${links.join('\n')}</nav>
${body}
</html>
`;
}

/** Description as HTML. Text in backticks becomes code. */
export function toHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** Path with line break opportunities after slashes. */
export function toBreakablePath(text: string): string {
  return escapeHtml(text).replaceAll('/', '/<wbr>');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const NAV = `
  nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding-bottom: .6rem; border-bottom: 1px solid #8884 }
`;

const BASE = `
  :root { color-scheme: light dark; --line: #8884; --soft: #8881; --dim: light-dark(#555, #aaa) }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 1rem auto 4rem; padding: 0 1rem }
  h1 { line-height: 1.2 }
  a { color: light-dark(#0a58ca, #8ab4f8) }
  code, pre { font: .875em/1.5 ui-monospace, Menlo, Consolas, monospace }
  pre { background: var(--soft); padding: .8rem 1rem; border-radius: .4rem; overflow-x: auto }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; vertical-align: top; padding: .5rem .8rem; border-bottom: 1px solid var(--line) }
  tr:target, :target > h3 { background: #fd03 }
`;
