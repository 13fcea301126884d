import { Transform } from 'class-transformer';
import { toName } from './rules.js';

/** Replaces a text by its normal form; undefined leaves it to the rule of the field. */
export function normalizeText(toNormalForm: (text: string) => string | undefined): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (toNormalForm(value) ?? value) : value,
  );
}

/** Replaces a text by the name that `toName` makes of it. */
export function cleanName(max: number): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? toName(value, max) : value,
  );
}

/** Text or list of texts in lower case; equal items of a list up to `max` become one, a longer one stays too long. */
export function lowerCaseText(max = 0): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => toLowerCase(value, max));
}

/** List of a query, separated by commas, as `lowerCaseText` normalizes it. */
export function splitLowerCaseText(max = 100): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    toLowerCase(typeof value === 'string' ? value.split(',') : value, max),
  );
}

/** Leaves out an empty list. */
export function omitEmptyList(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );
}

function toLowerCase(value: unknown, max = 0): unknown {
  if (Array.isArray(value)) {
    const texts = value.map((item) => toLowerCase(item));
    return texts.length > max ? texts : [...new Set(texts)];
  }
  return typeof value === 'string' ? value.toLowerCase() : value;
}
