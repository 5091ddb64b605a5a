import { CodedError } from '@throughline/model';
import { nearestName } from '@throughline/traceql';
import type { z } from 'zod';

/** A request's parameter that cannot be used: `invalid_parameter` or `unknown_parameter`. */
export class ParameterError extends CodedError {
  readonly parameter: string;
  readonly suggestion: string | undefined;

  constructor(
    code: 'invalid_parameter' | 'unknown_parameter',
    parameter: string,
    message: string,
    options: { readonly suggestion?: string | undefined } = {},
  ) {
    super(code, message);
    this.name = 'ParameterError';
    this.parameter = parameter;
    this.suggestion = options.suggestion;
  }
}

/** The first thing that is wrong, in words; `names` are the parameters that exist. */
export function parameterErrorFromZod(error: z.core.$ZodError, names: readonly string[]): ParameterError {
  const unknown = error.issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys') {
    const name = unknown.keys[0] ?? '';
    const suggestion = nearestName(name, names);
    const hint =
      suggestion === undefined ? `there are ${names.join(', ')}` : `did you mean ${JSON.stringify(suggestion)}?`;
    return new ParameterError('unknown_parameter', name, `There is no parameter ${JSON.stringify(name)}; ${hint}`, {
      suggestion,
    });
  }
  const [issue] = error.issues;
  const name = String(issue?.path[0] ?? '');
  const repeated = issue?.code === 'invalid_type' && Array.isArray(issue.input);
  const message = repeated ? 'may be given only once' : (issue?.message ?? 'is invalid');
  return new ParameterError('invalid_parameter', name, `Parameter ${JSON.stringify(name)}: ${message}`);
}
