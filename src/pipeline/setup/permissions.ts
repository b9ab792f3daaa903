import { isForbidden } from '../../google/errors.ts';
import { list } from '../../support/text.ts';
import type { Ports } from '../ports.ts';
import { answerOf, failed, ok, type SetupLine, skipped, warning } from './line.ts';
import { grantCommand, lookCommand } from './look-command.ts';
import { askGoogle, type Surroundings } from './surroundings.ts';

const NEEDED = ['create', 'get', 'list', 'cancel'].map((verb) => `aiplatform.batchPredictionJobs.${verb}`);
/** Deleting, and calling a model online, which counting tokens is too. */
const USEFUL = ['aiplatform.batchPredictionJobs.delete', 'aiplatform.endpoints.predict'];

/** Whether the caller may run batch jobs in the project. */
export const checkPermissions = (around: Surroundings, ports: Ports): Promise<SetupLine> =>
  askGoogle('permissions', around, async () => {
    const { cloud, project, signal } = ports;
    const grant = { permission: 'aiplatform.batchPredictionJobs.create', project };
    try {
      const granted = await cloud.projects.testIamPermissions(project, [...NEEDED, ...USEFUL], { signal });
      const missing = (permissions: readonly string[]) => permissions.filter((one) => !granted.includes(one));
      const [needed, useful] = [missing(NEEDED), missing(USEFUL)];
      if (needed.length > 0)
        return failed(`The caller lacks ${list(needed)} in ${project}.`, await grantCommand(grant, around));
      if (useful.length > 0)
        return warning(
          `The caller may run batch jobs in ${project}, but lacks ${list(useful)}.`,
          await grantCommand(grant, around),
        );
      return ok(`The caller may run batch jobs in ${project}.`);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      return skipped(
        `What the caller may do in ${project} could not be asked. ${answerOf(error)}`,
        await lookCommand(error, grant, around),
      );
    }
  });
