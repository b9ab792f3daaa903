import type { RowCounts } from '../../pipeline/job-facts.ts';
import type { Replied } from '../connection.ts';

/** A reply of `get_job_status`, as far as a watch looks at it. */
export interface Status extends Replied {
  data: {
    job: string;
    state: string;
    ended: boolean;
    rows?: RowCounts;
    expected_end?: string;
    outcomes?: Record<string, number>;
    causes?: { outcome: string; cause: string; rows: number }[];
    shards?: { submitted: number; planned: number };
    jobs?: { state: string }[];
  };
}

/** What differs between two looks that is worth a line: the state of the job, or of any job of the run. */
export const statesOf = ({ data }: Status): string =>
  JSON.stringify([data.state, data.ended, data.jobs?.map(({ state }) => state)]);
