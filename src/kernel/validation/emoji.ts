/** Node knows it; the type checker’s target does not have the flag yet. */
const ONE_EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');
const VARIATION_SELECTOR = /\uFE0F/g;
/** What is a text without the selector; before a skin tone it needs none. */
const TEXT_BY_ITSELF = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
/** No emoji is longer, with a selector after each of its characters. */
const MAX_LENGTH = 32;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The one way to write an emoji (fully qualified, as Unicode calls it), with or without variation selectors in what is
 * given. Undefined: it is not exactly one emoji of those that are recommended for general interchange.
 */
export function wellWritten(text: string): string | undefined {
  if (text.length > MAX_LENGTH || !isOneGrapheme(text)) return undefined;
  const emoji = text.replace(VARIATION_SELECTOR, '').replace(TEXT_BY_ITSELF, '$&\uFE0F');
  return ONE_EMOJI.test(emoji) ? emoji : undefined;
}

function isOneGrapheme(text: string): boolean {
  const [first] = graphemes.segment(text);
  return first?.segment.length === text.length;
}
