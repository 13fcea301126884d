import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError } from '../errors/app-error.js';
import type { FieldCode } from '../errors/field-codes.js';
import { INPUT } from './input.decorator.js';
import { findPrototypeKey } from './json-limits.js';
import { validationError } from './validation-error.js';

/** Converts input to its DTO. Rejects invalid and unknown fields with their names. */
@Injectable()
export class DtoValidationPipe implements PipeTransform {
  transform(value: unknown, { type, data, metatype }: ArgumentMetadata): unknown {
    const isInput = type === 'custom' ? (data as unknown) === INPUT : true;
    if (!isInput || !metatype || PRIMITIVES.has(metatype)) return value;
    if (metatype === Object)
      throw new Error('Input parameter without a DTO class: `import type` removes the class.');
    return toValidDto(metatype, value);
  }
}

const PRIMITIVES = new Set<unknown>([String, Number, Boolean]);

export function toValidDto<Dto extends object>(type: Type<Dto>, value: unknown): Dto {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed([{ field: '', code: 'type' }]);
  const prototypeKey = findPrototypeKey(value);
  if (prototypeKey) throw malformed([{ field: prototypeKey, code: 'unknown_field' }]);
  const dto = plainToInstance(type, value);
  const errors = validateSync(dto, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  if (errors.length > 0) throw malformed(errors.flatMap((error) => toFieldErrors(error)));
  return dto;
}

function malformed(errors: FieldError[]): Error {
  return validationError(errors, { isMalformed: true });
}

function toFieldErrors(error: ValidationError, path = ''): FieldError[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const own = Object.entries(error.constraints ?? {})
    .filter(([name]) => name !== 'nestedValidation') // objectRule reports the same value
    .map(([name, message]) => ({
      field,
      code: name === 'whitelistValidation' ? ('unknown_field' as const) : (message as FieldCode),
    }));
  // A value that is no list of valid length has no fields to report.
  return own.length > 0 ? own : (error.children ?? []).flatMap((child) => toFieldErrors(child, field));
}
