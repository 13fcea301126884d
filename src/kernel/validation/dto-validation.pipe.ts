import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError } from '../errors/app-error.js';
import { INPUT } from './input.decorator.js';
import { findPrototypeKey } from './json-limits.js';
import { validationError } from './validation-error.js';

/** Turns input into its DTO or refuses it: unknown fields too, and always with the names of the fields. */
@Injectable()
export class DtoValidationPipe implements PipeTransform {
  transform(value: unknown, { type, data, metatype }: ArgumentMetadata): unknown {
    const isInput = type === 'custom' ? (data as unknown) === INPUT : true;
    if (!isInput || !metatype || PRIMITIVES.has(metatype)) return value;
    if (metatype === Object) throw new Error('Input without a DTO class: was it imported as a type?');
    return validated(metatype, value);
  }
}

const PRIMITIVES = new Set<unknown>([String, Number, Boolean]);

export function validated<Dto extends object>(type: Type<Dto>, value: unknown): Dto {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw validationError([{ field: '', code: 'type' }]);
  const prototypeKey = findPrototypeKey(value);
  if (prototypeKey) throw validationError([{ field: prototypeKey, code: 'unknown_field' }]);
  const dto = plainToInstance(type, value);
  const errors = validateSync(dto, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  if (errors.length > 0) throw validationError(errors.flatMap((error) => fieldErrors(error)));
  return dto;
}

function fieldErrors(error: ValidationError, path = ''): FieldError[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const own = Object.entries(error.constraints ?? {})
    .filter(([name]) => name !== 'nestedValidation') // what is no object, its rule has said
    .map(([name, message]) => ({
      field,
      code: name === 'whitelistValidation' ? 'unknown_field' : name === 'rule' ? message : name,
    }));
  // What is no list of so many objects has no fields to name.
  return own.length > 0 ? own : (error.children ?? []).flatMap((child) => fieldErrors(child, field));
}
