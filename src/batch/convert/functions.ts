import { isRecord } from '../../support/records.ts';
import type { FunctionDeclaration } from '../request-row.ts';
import { type LineConversion, notConverted } from './conversion.ts';

/** A function as both services describe it, under their names for its parts. */
export function functionDeclaration(
  { name, description, parameters }: { name: unknown; description: unknown; parameters: unknown },
  path: string,
  conversion: LineConversion,
): FunctionDeclaration {
  if (typeof name !== 'string' || name === '')
    throw notConverted(path, 'A function has no name.', 'Give it one.');
  return {
    name,
    ...(typeof description === 'string' && description !== '' && { description }),
    ...(takesSomething(parameters) && { parameters: conversion.schema(parameters, path) }),
  };
}

/** `{"type": "object", "properties": {}}` is how a function without parameters is written. */
export const takesSomething = (parameters: unknown): boolean =>
  isRecord(parameters) &&
  (isRecord(parameters.properties)
    ? Object.keys(parameters.properties).length > 0
    : parameters.type !== 'object' && Object.keys(parameters).length > 0);

/** What a function gave back: objects as they are, anything else under `result`. */
export function functionResult(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : { result: value };
  } catch {
    return { result: text };
  }
}

export const callingConfig = (mode: 'AUTO' | 'ANY' | 'NONE', names: readonly string[] = []) => ({
  functionCallingConfig: { mode, ...(names.length > 0 && { allowedFunctionNames: names }) },
});
