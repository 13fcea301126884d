import { registerDecorator } from 'class-validator';

/** A rule that may look at the other fields. */
export type Check = (value: unknown, object: object) => string | undefined;

/** Names of other fields, and the values that they must have. */
export type Only = Record<string, readonly string[]>;

/** Whether an object is one of those that have the field. */
export function belongs(only: Only, object: object): boolean {
  return Object.entries(only).every(([name, values]) =>
    values.includes((object as Record<string, string>)[name]!),
  );
}

/** Hands a rule to class-validator; the message of the constraint is the code of the field error. */
export function fieldRule(check: Check): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'rule',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown, context) => check(value, context!.object) === undefined,
        defaultMessage: (context) => check(context!.value, context!.object) ?? 'invalid',
      },
    });
}
