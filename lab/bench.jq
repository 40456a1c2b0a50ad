# For lab/bench-*.jq: lines of "key=value" pairs in, a table out.
def pairs: [inputs | select(. != "") | [splits(" +")] | map(capture("^(?<key>[^=]+)=(?<value>.*)$") | {key, value: (.value as $v | $v | tonumber? // $v)}) | from_entries];

# Groups of lines alike in these keys, in the order of the first of each.
def groups(f): to_entries | group_by(.value | f) | sort_by(.[0].key) | map(map(.value));

def of($variant): map(select(.variant == $variant)) as $lines
  | if $lines == [] then error("no line of \($variant) like \(.[0] | tostring)") else $lines end;

def percentile($p): sort | .[[((length * $p / 100) | ceil) - 1, 0] | max];
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;

# To four digits after the point.
def ratio($a; $b): if $b == 0 then "-" else ($a / $b * 10000 | round / 10000) end;

def size: . * 4 | if . < 1024 then "\(.) kB" else "\(. / 1024) MB" end;

# Objects as lines of text: csv takes the names of its columns, markdown [["key", "heading"], ...]
def csv($columns): ($columns | join(",")), (.[] | . as $row | $columns | map($row[.] | tostring) | join(","));
def markdown($columns): "| \($columns | map(.[1]) | join(" | ")) |", "|\($columns | map("---|") | add)",
  (.[] | . as $row | "| \($columns | map($row[.[0]] | tostring) | join(" | ")) |");
