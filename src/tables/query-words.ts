import { FUNCTIONS } from './condition-words.ts';

/**
 * Functions that a query may call beside those of a condition. The rule: a function of its arguments alone. What
 * tells of the engine (settings, catalogs, plans, views), runs SQL that it is given as text, waits, or does nothing
 * but grow (`repeat`, `lpad`) is not among them, and neither is what nobody has looked at.
 */
const MORE_FUNCTIONS: readonly string[] = [
  // Text.
  ...['lcase', 'ucase', 'len', 'char_length', 'character_length', 'length_grapheme', 'left_grapheme'],
  ...['right_grapheme', 'substring_grapheme', 'strpos', 'translate', 'concat_ws', 'ascii', 'ord', 'unicode'],
  ...[
    'chr',
    'format',
    'printf',
    'format_bytes',
    'nfc_normalize',
    'sha1',
    'sha256',
    'url_encode',
    'url_decode',
  ],
  ...['split', 'string_split', 'str_split', 'string_split_regex', 'str_split_regex', 'string_to_array', '^@'],
  ...['regexp_extract_all', 'regexp_split_to_array', 'regexp_split_to_table', 'regexp_escape'],
  ...['levenshtein', 'editdist3', 'damerau_levenshtein', 'hamming', 'mismatches', 'jaccard'],
  ...['jaro_similarity', 'jaro_winkler_similarity'],
  // Numbers.
  ...['ceiling', 'trunc', 'round_even', 'sqrt', 'cbrt', 'exp', 'ln', 'log', 'log2', 'log10', 'pow', 'power'],
  ...[
    'fmod',
    'fdiv',
    'gcd',
    'lcm',
    'even',
    'isnan',
    'isinf',
    'isfinite',
    'random',
    'pi',
    'sin',
    'cos',
    'tan',
  ],
  ...['**', '^', '&', '|', '<<', '>>', '~', 'xor', 'bit_count', 'equi_width_bins', 'bar'],
  // Choices and types.
  ...['nullif', 'typeof', 'can_cast_implicitly', 'uuid'],
  // Dates and times.
  ...['now', 'today', 'current_date', 'current_timestamp', 'get_current_timestamp', 'age', 'ago', 'date_add'],
  ...['date_sub', 'datesub', 'datepart', 'datetrunc', 'dayname', 'monthname', 'dayofmonth', 'dayofyear'],
  ...['isodow', 'isoyear', 'week', 'weekday', 'weekofyear', 'yearweek', 'quarter', 'decade', 'century'],
  ...['minute', 'second', 'millisecond', 'microsecond', 'epoch', 'epoch_ms', 'epoch_us', 'epoch_ns'],
  ...['last_day', 'days_in_month', 'strftime', 'strptime', 'make_date', 'make_time', 'make_timestamp'],
  ...['time_bucket', 'timezone', 'julian', 'to_timestamp', 'to_years', 'to_months', 'to_weeks', 'to_days'],
  ...['to_hours', 'to_minutes', 'to_seconds', 'to_milliseconds', 'to_microseconds', 'to_quarters'],
  // JSON.
  ...['json', 'json_value', 'json_keys', 'json_contains', 'json_structure', 'json_object', 'json_array'],
  ...['json_quote', 'json_pretty', 'json_merge_patch', 'json_extract_path', 'json_extract_path_text'],
  ...['json_transform', 'json_transform_strict', 'from_json', 'from_json_strict', 'to_json', 'row_to_json'],
  ...['array_to_json', 'json_group_array', 'json_group_object', 'json_group_structure'],
  // Lists, structs, maps; more by `FAMILIES`.
  ...['unnest', 'flatten', 'cardinality', 'element_at', 'apply', 'filter', 'reduce', 'aggregate', 'grade_up'],
  ...['@>', '<@', '&&', '<->', '<=>', 'map', 'generate_subscripts'],
  // Aggregates.
  ...[
    'count',
    'count_star',
    'count_if',
    'countif',
    'sum',
    'fsum',
    'kahan_sum',
    'sumkahan',
    'sum_no_overflow',
  ],
  ...['avg', 'mean', 'favg', 'min', 'max', 'min_by', 'max_by', 'arg_min', 'arg_max', 'argmin', 'argmax'],
  ...['arg_min_null', 'arg_max_null', 'any_value', 'arbitrary', 'first', 'last', 'mode', 'median', 'mad'],
  ...['quantile', 'quantile_cont', 'quantile_disc', 'approx_quantile', 'reservoir_quantile', 'approx_top_k'],
  ...['approx_count_distinct', 'stddev', 'stddev_pop', 'stddev_samp', 'variance', 'var_pop', 'var_samp'],
  ...['skewness', 'kurtosis', 'kurtosis_pop', 'sem', 'entropy', 'corr', 'covar_pop', 'covar_samp', 'product'],
  ...[
    'geomean',
    'geometric_mean',
    'wavg',
    'weighted_avg',
    'histogram',
    'histogram_exact',
    'bool_and',
    'bool_or',
  ],
  ...['bit_and', 'bit_or', 'bit_xor', 'string_agg', 'group_concat', 'listagg', 'list', 'array_agg'],
  ...['regr_avgx', 'regr_avgy', 'regr_count', 'regr_intercept', 'regr_r2', 'regr_slope', 'regr_sxx'],
  ...['regr_sxy', 'regr_syy'],
  // Windows.
  ...['row_number', 'rank', 'rank_dense', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'lag', 'lead'],
  ...['first_value', 'last_value', 'nth_value', 'fill'],
];

const NAMES: ReadonlySet<string> = new Set([...FUNCTIONS, ...MORE_FUNCTIONS]);

/** `list_resize` makes a list as long as it is told to. */
const FAMILIES = /^(list|array)_(?!resize$)|^(map|struct)_/;

export const mayCall = (name: string): boolean => NAMES.has(name) || FAMILIES.test(name);

/** What may stand after FROM with brackets behind it. `range` and `generate_series` are made while they are read. */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['range', 'generate_series', 'unnest', 'json_each', 'json_tree'],
]);

/** Classes of expressions. A parameter has no value here. */
export const EXPRESSIONS: ReadonlySet<string> = new Set([
  ...['COLUMN_REF', 'CONSTANT', 'COMPARISON', 'BETWEEN', 'CONJUNCTION', 'OPERATOR', 'FUNCTION', 'WINDOW'],
  ...['CAST', 'CASE', 'STAR', 'SUBQUERY', 'LAMBDA', 'COLLATE', 'POSITIONAL_REFERENCE'],
]);

/** Types of what is no expression: queries, what stands after FROM, and what follows. */
export const PARTS: ReadonlySet<string> = new Set([
  ...['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE'],
  ...['BASE_TABLE', 'SUBQUERY', 'JOIN', 'TABLE_FUNCTION', 'EXPRESSION_LIST', 'PIVOT', 'EMPTY', 'SHOW_REF'],
  ...['ORDER_MODIFIER', 'DISTINCT_MODIFIER', 'LIMIT_MODIFIER', 'LIMIT_PERCENT_MODIFIER'],
  ...['ORDER_DEFAULT', 'ASCENDING', 'DESCENDING'],
]);
