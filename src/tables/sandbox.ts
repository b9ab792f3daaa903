import type { DuckDBConnection } from '@duckdb/node-api';

export interface Sandbox {
  connection: DuckDBConnection;
  close(): void;
}

export interface SandboxOptions {
  /** Files that statements may read and write, by exact path: nothing else outside can be reached. */
  paths?: readonly string[];
  /** Statements that make what there is to query. */
  setUp?: readonly string[];
  /** What the engine itself counts: strings on their way through functions come on top. */
  memory?: string;
  threads?: number;
  /** Folder for up to 1 GB that does not fit into memory. Without one, statements that need it fail. */
  spill?: string | undefined;
}

/** An interrupt that comes between two statements is lost on the next. */
const INTERRUPT_EVERY_MS = 50;

/**
 * An SQL engine in memory that can reach nothing outside of itself but the given files: no network, no extensions,
 * and no statement can change that. An abort interrupts what runs.
 */
export async function openSandbox(
  signal: AbortSignal,
  { paths = [], setUp = [], memory = '128MB', threads = 2, spill = '' }: SandboxOptions = {},
): Promise<Sandbox> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memory,
    threads: String(threads),
    temp_directory: spill,
    max_temp_directory_size: '1GB',
  });
  const connection = await instance.connect();
  let interrupting: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    interrupting = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  const close = () => {
    signal.removeEventListener('abort', interrupt);
    clearInterval(interrupting);
    connection.closeSync();
    instance.closeSync();
  };
  try {
    if (paths.length > 0) await connection.run(`SET allowed_paths=[${paths.map(textLiteral).join(', ')}]`);
    await connection.run('SET enable_external_access=false');
    await connection.run('SET lock_configuration=true');
    for (const statement of setUp) await connection.run(statement);
  } catch (error) {
    close();
    throw error;
  }
  if (signal.aborted) interrupt();
  else signal.addEventListener('abort', interrupt);
  return { connection, close };
}

/** `'it''s'` */
export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `"a ""name"""` */
export const nameLiteral = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The one value that a statement answers with. */
export async function oneValue({ connection }: Sandbox, sql: string, text: string): Promise<string> {
  const answer = await connection.runAndReadAll(sql, [text]);
  return String(answer.getRowsJS()[0]?.[0]);
}
