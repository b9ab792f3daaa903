import type { DuckDBConnection } from '@duckdb/node-api';

export interface Sandbox {
  connection: DuckDBConnection;
  close(): void;
}

/**
 * An empty SQL engine in memory that can reach nothing outside of itself: no files, no network, no extensions,
 * and no statement can change that. An abort interrupts what runs.
 */
export async function openSandbox(signal: AbortSignal): Promise<Sandbox> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '128MB', threads: '2' });
  const connection = await instance.connect();
  await connection.run('SET enable_external_access=false');
  await connection.run('SET lock_configuration=true');
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  return {
    connection,
    close: () => {
      signal.removeEventListener('abort', interrupt);
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The one value that a statement answers with. */
export async function oneValue({ connection }: Sandbox, sql: string, text: string): Promise<string> {
  const answer = await connection.runAndReadAll(sql, [text]);
  return String(answer.getRowsJS()[0]?.[0]);
}
