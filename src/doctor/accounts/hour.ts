import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import type { DeserializeMiddleware, MiddlewareStack } from '@smithy/types';
import type { Ec2Scope } from '../../aws/services.js';
import type { Hour } from '../clock.js';

/** The time that AWS says it is, whatever else it answers; nothing where it doesn't. */
export async function askHour(ec2: Ec2Scope): Promise<Hour[]> {
  const hours: Hour[] = [];
  const command = new DescribeSecurityGroupsCommand({ DryRun: true });
  listen(command.middlewareStack, (date) => hours.push({ whose: 'AWS', date, at: Date.now() }));
  await ec2.send(command);
  return hours.slice(0, 1);
}

/** Hears the Date of each answer as it came, before what it says is made an error. */
function listen<In extends object, Out extends object>(
  stack: MiddlewareStack<In, Out>,
  hear: (date: string) => void,
): void {
  const middleware: DeserializeMiddleware<In, Out> = (next) => async (args) => {
    const result = await next(args);
    const { headers } = result.response as { headers?: Record<string, string> };
    if (headers?.date) hear(headers.date);
    return result;
  };
  stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'sallyportHour' });
}
