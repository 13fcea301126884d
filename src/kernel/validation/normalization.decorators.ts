import { Transform } from 'class-transformer';

/** Replaces a text by its normal form; undefined leaves it to the rule of the field. */
export function normalizeText(toNormalForm: (text: string) => string | undefined): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (toNormalForm(value) ?? value) : value,
  );
}

/** Text or list of texts in lower case; equal items of a list become one. */
export function lowerCaseText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => toLowerCase(value));
}

/** List of a query, separated by commas, in lower case; equal items become one. */
export function splitLowerCaseText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    toLowerCase(typeof value === 'string' ? value.split(',') : value),
  );
}

/** Leaves out an empty list. */
export function omitEmptyList(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );
}

function toLowerCase(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map(toLowerCase))];
  return typeof value === 'string' ? value.toLowerCase() : value;
}
