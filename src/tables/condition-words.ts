/**
 * Functions that a condition may call: of one row, always the same for the same row, and with a result about as
 * large as what goes in. `repeat`, `random`, `now` and what reads files are not among them.
 */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['lower', 'upper', 'trim', 'ltrim', 'rtrim', 'length', 'strlen', 'left', 'right', 'substring', 'substr'],
  ...['contains', 'prefix', 'suffix', 'starts_with', 'ends_with', 'position', 'instr', 'replace', 'reverse'],
  ...['concat', 'split_part', 'regexp_matches', 'regexp_full_match', 'regexp_extract', 'regexp_replace'],
  ...['like_escape', 'not_like_escape', 'ilike_escape', 'not_ilike_escape', 'strip_accents', 'hash', 'md5'],
  ...['abs', 'round', 'floor', 'ceil', 'sign', 'greatest', 'least', 'mod', 'ifnull', 'if'],
  ...[
    'date_part',
    'date_trunc',
    'date_diff',
    'datediff',
    'year',
    'month',
    'day',
    'hour',
    'dayofweek',
    'try_strptime',
  ],
  ...['json_valid', 'json_exists', 'json_type', 'json_array_length', 'json_extract', 'json_extract_string'],
  ...['list_value', 'row', 'constant_or_null'],
  ...['+', '-', '*', '/', '//', '%', '||', '~~', '!~~', '~~*', '!~~*', '~~~', '->', '->>'],
]);

export const CAST_TYPES: ReadonlySet<string> = new Set([
  ...[
    'VARCHAR',
    'BOOLEAN',
    'TINYINT',
    'SMALLINT',
    'INTEGER',
    'BIGINT',
    'HUGEINT',
    'FLOAT',
    'DOUBLE',
    'DECIMAL',
  ],
  ...['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'INTERVAL', 'JSON'],
]);
