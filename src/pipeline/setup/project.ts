import { isForbidden } from '../../google/errors.ts';
import type { Ports } from '../ports.ts';
import { answerOf, failed, ok, type SetupLine, warning } from './line.ts';
import { lookCommand } from './look-command.ts';
import { askGoogle, type Surroundings, valueIn } from './surroundings.ts';

/** Whether the project exists and is active. Many callers may run jobs in it and not look at it. */
export const checkProject = (around: Surroundings, { project }: Ports): Promise<SetupLine> =>
  askGoogle('project', around, async () => {
    const looked = await around.project();
    if (isForbidden(looked.error))
      return warning(
        `${project} may not be looked at, or does not exist. ${answerOf(looked.error)}`,
        await lookCommand(looked.error, { permission: 'resourcemanager.projects.get', project }, around),
      );
    const { lifecycleState, projectNumber } = valueIn(looked);
    if (lifecycleState === 'ACTIVE') return ok(`${project} is active; its number is ${projectNumber}.`);
    return failed(
      `${project} is not active: its state is ${lifecycleState ?? 'not known'}.`,
      lifecycleState === 'DELETE_REQUESTED'
        ? `gcloud projects undelete ${project}`
        : 'Start the server with another --project.',
    );
  });
