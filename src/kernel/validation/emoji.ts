/** The compile target lacks the flag `v` in regular expression literals. */
const ONE_EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');
const VARIATION_SELECTOR = /\uFE0F/g;
/** Characters displayed as text without the selector. Before a skin tone they need none. */
const TEXT_BY_ITSELF = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;
/** Length of the longest emoji with a selector after each character. */
const MAX_LENGTH = 32;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Fully qualified form (Unicode UTS #51) of one emoji recommended for general interchange; undefined for any other text. */
export function normalizeEmoji(text: string): string | undefined {
  if (text.length > MAX_LENGTH || !isOneGrapheme(text)) return undefined;
  const emoji = text.replace(VARIATION_SELECTOR, '').replace(TEXT_BY_ITSELF, '$&\uFE0F');
  return ONE_EMOJI.test(emoji) ? emoji : undefined;
}

function isOneGrapheme(text: string): boolean {
  const [first] = graphemes.segment(text);
  return first?.segment.length === text.length;
}
