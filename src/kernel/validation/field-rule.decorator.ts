import { registerDecorator } from 'class-validator';
import type { FieldCode } from '../errors/field-codes.js';

/** Field error code of a value in a DTO, or undefined when it is valid. */
export type FieldCheck = (value: unknown, dto: object) => FieldCode | undefined;

/** Accepted values of other fields, by field name. */
export type FieldCondition = Record<string, readonly string[]>;

export function holdsFor(condition: FieldCondition, dto: object): boolean {
  return Object.entries(condition).every(([name, values]) =>
    values.includes((dto as Record<string, string>)[name]!),
  );
}

/** Registers a check with class-validator. The message of the constraint `rule` is the code of the field error. */
export function fieldRule(check: FieldCheck): PropertyDecorator {
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
