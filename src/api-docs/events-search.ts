import type { Express } from 'express';

export const SEARCH_SCRIPT = '/docs/search.js';

/** Hides the sections without all words of the search, and their links. On a narrow screen the lists are closed meanwhile. */
const SCRIPT = `(() => {
  const input = document.querySelector('aside input');
  const result = document.querySelector('aside .result');
  const groups = [...document.querySelectorAll('aside details')];
  const introduction = document.getElementById('introduction');
  const isNarrow = window.matchMedia('(max-width: 60rem)');
  const entries = [...document.querySelectorAll('aside li')].map((item) => {
    const section = document.getElementById(decodeURIComponent(item.firstElementChild.hash.slice(1)));
    return { item, section, text: section.textContent.toLowerCase() };
  });
  const search = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const { item, section, text } of entries) {
      const isFound = words.every((word) => text.includes(word));
      item.hidden = section.hidden = !isFound;
      if (isFound) count++;
    }
    introduction.hidden = words.length > 0;
    result.hidden = words.length === 0;
    result.textContent = count + ' found';
    for (const group of groups) {
      group.hidden = group.querySelectorAll('li:not([hidden])').length === 0;
      group.open = !isNarrow.matches;
    }
  };
  input.addEventListener('input', search);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target === input) return;
    event.preventDefault();
    input.focus();
  });
  // The browser has scrolled before the lists were closed.
  if (isNarrow.matches) {
    for (const group of groups) group.open = false;
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
  for (const link of document.querySelectorAll('aside a'))
    link.addEventListener('click', () => {
      if (isNarrow.matches) for (const group of groups) group.open = false;
    });
  window.addEventListener('hashchange', () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest('[hidden]')) return;
    input.value = '';
    search();
    target.scrollIntoView();
  });
  search();
})();
`;

/** Serves the script of the search on the page of commands and events. */
export function serveSearchScript(express: Express): void {
  express.get(SEARCH_SCRIPT, (_request, response) => void response.type('js').send(SCRIPT));
}
